import type { Lane } from "./harness.ts";

/** What the vehicle of a story does, as the sensors see it. */

/** Comes up to the lane and stands on the arrival loop. */
export function arrives(lane: Lane): Lane {
  return lane.gate({ loopArrival: true }).wait(600);
}

/** Drives on to the weighbridge and stops there as a whole. */
export function drivesOnToScale(lane: Lane): Lane {
  return lane
    .gate({ eyeScaleFront: true })
    .scale("loaded")
    .wait(2000)
    .gate({ loopArrival: false, eyeScaleFront: false });
}

/** Arrives, is weighed, and is judged by what the cameras of this story can see. */
export function isJudged(lane: Lane): Lane {
  return drivesOnToScale(arrives(lane)).wait(30_000);
}

/** Stands on the deck right after being judged. */
export function standsOnScale(lane: Lane): Lane {
  return drivesOnToScale(arrives(lane));
}

export function boomRises(lane: Lane): Lane {
  return lane.wait(200).gate({ boomClosed: false }).wait(2000).gate({ boomOpen: true });
}

export function boomFalls(lane: Lane): Lane {
  return lane.wait(200).gate({ boomOpen: false }).wait(2000).gate({ boomClosed: true });
}

/** From the deck under the boom, nose first. */
export function drivesUnder(lane: Lane): Lane {
  return lane.wait(1000).gate({ eyeScaleRear: true, loopUnder: true });
}

/** All the way out, over the exit loop. */
export function drivesOut(lane: Lane): Lane {
  return lane
    .wait(3000)
    .gate({ loopExit: true })
    .scale("empty")
    .gate({ eyeScaleRear: false })
    .wait(500)
    .gate({ loopUnder: false })
    .wait(300)
    .gate({ loopExit: false });
}

/** Backwards out of the lane, the way it came. */
export function backsOut(lane: Lane): Lane {
  return lane
    .wait(500)
    .gate({ eyeScaleFront: true, loopArrival: true })
    .scale("empty")
    .gate({ eyeScaleFront: false })
    .wait(2000)
    .gate({ loopArrival: false })
    .wait(4000);
}
