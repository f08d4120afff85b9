/** Why an order of a person is not carried out, or did not come to its end: a code, and what to do about it. */
export const REFUSALS = {
  NOT_PERMITTED: "This role may not give this order: somebody with one of the named roles has to",
  SECOND_PERSON: "A second, different person who may give this order has to agree to it",
  REPEATED: "This order was given before: give a new one if it is still wanted",
  BUSY: "Too many orders wait for the hardware: try again when they are answered",
  NO_PASSAGE: "This passage is not open any more: look at the lane's state for the one that is",
  NOT_HELD: "The vehicle is not held: wait until the lane has judged it, or hold it first",
  DIVERTED: "The vehicle was sent to the bay: hold it first if it is to be looked at here after all",
  RESOLVE_FIRST: "What became of the clearance of this passage is not known: resolve that first",
  LOOKING_UP: "The lane is looking up the clearances of this vehicle: give the order again in a moment",
  BLOCKED: "The clearance is suspended, revoked or used: only who may lift that can let the vehicle pass",
  NOT_THERE: "Nobody is on the weighbridge: the vehicle has left, or has to drive on to it first",
  TOO_LATE: "The boom has moved for this vehicle already: look at the lane before anything else is asked",
  VALUE: "This is not a value of its kind: check it character by character",
  LANE_NOT_READY: "The lane may not move its boom now: see to what keeps it from automatic first",
  IN_USE: "A vehicle is in the lane: let it pass or refuse it by its passage",
  BOOM_NOT_CLOSED: "The boom is not closed: look where it stands first",
  BOOM_CLOSED: "The boom is closed already",
  ZONE_NOT_CLEAR: "Something is under the boom or cannot be seen to be gone: clear the zone first",
  NOTHING_TO_CLEAR: "There is nothing to clear: look at the lane's state",
  STILL_ACTIVE: "What caused it is still there: end that first",
  UNKNOWN_CLEARANCE: "No open question is about this clearance in this passage: check both against the lane's state",
  NOT_OPENED: "The boom was not seen to open: look at it before it is asked again",
  NOT_CLOSED: "The boom was not seen to close: look at it before it is asked again",
  REVOKED: "The rules or the sensors took the permission back before the boom moved: see the journal for the reason",
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof REFUSALS;
