/** What the simulator does not bring about in every run of 200 days, each with its reason. */
export const NOT_REACHABLE: Readonly<Record<string, string>> = {
  "interlock open-needs-pass":
    "the core takes no PASS back between the intent to raise and its command; the rule stands there for a core that errs",
  "reason SEAL_MISMATCH":
    "readers tell of announced seals only, so it takes an officer's slip in a lane that asks for every seal; not in every run",
};
