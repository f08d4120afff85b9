/**
 * What the simulator cannot bring about, each with its reason. An entry that is reached after all is out of date, and a
 * test says so.
 */
export const NOT_REACHABLE: Readonly<Record<string, string>> = {
  "interlock open-needs-pass":
    "the core takes no PASS back between the intent to raise and its command; the rule stands there for a core that errs",
  "reason CONFLICT": "the simulated cameras see one container at a time, and there is no transponder",
  "reason SEAL_BROKEN": "there is no seal reader in the simulated lane",
  "reason SEAL_MISMATCH": "there is no seal reader in the simulated lane",
  "reason SEAL_UNREAD": "the simulated records name no seals",
};
