/** One planted bug: a change of one line of the core that somebody could make in a hurry. */
export interface PlantedBug {
  readonly name: string;
  /** File in the repository. */
  readonly file: string;
  /** Text that stands there exactly once. */
  readonly search: string;
  readonly replace: string;
  /** What it breaks, for whoever reads that nothing has caught it. */
  readonly breaks: string;
}
