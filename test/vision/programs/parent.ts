// A parent of a recognition child: prints the child's process id when it is ready, then waits.
import { VisionProcess } from "#edge/vision/process";

const vision = new VisionProcess({ onHealth: () => console.log(vision.pid) });
await vision.start();
