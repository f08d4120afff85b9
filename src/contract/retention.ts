/**
 * How long a lane keeps what (domain guide, 7.3). What goes first when the pictures need more room than they may have:
 * pictures of vehicles that passed, the oldest first. Pictures of held vehicles go only when their time is over, entries
 * of the journal only into an archive file, and nothing goes that operations do not hold.
 */
export interface RetentionRules {
  /** Pictures of vehicles that passed, days. */
  readonly picturesDays: number;
  /** Pictures of vehicles that were held, refused, let through by an officer, or left unseen, days. */
  readonly heldPicturesDays: number;
  /** Most bytes of pictures; 0: no limit. */
  readonly pictureBudgetBytes: number;
  /** Full months of the journal that stay in the database behind the current one; older ones lie in archive files. */
  readonly journalMonths: number;
}

/** Decree 68/2016 with 67/2020: images six months; Circular 38/2015 with 39/2018, art. 52: records five years. */
export const RETENTION_DEFAULTS: RetentionRules = {
  picturesDays: 184,
  heldPicturesDays: 1_827,
  pictureBudgetBytes: 0,
  journalMonths: 6,
};
