import { Broker } from "../operations/broker.ts";

/** Entry of a broker that can be killed: aedes, everything in memory. Argument: the port, 0 for any. */
const broker = new Broker({ port: Number(process.argv[2] ?? 0) });
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));
await broker.start();
process.send?.({ port: broker.port });
