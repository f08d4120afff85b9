import Type, { type Static } from "typebox";
import { RETENTION_DEFAULTS, type RetentionRules } from "#contract/retention";

const whole = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum, maximum, description }));

/** How long the lane keeps what. The least that may be set is what the law asks for, pictures of held vehicles apart. */
export const RetentionSchema = Type.Object(
  {
    picturesDays: whole(
      184,
      3_660,
      `Days that pictures of vehicles that passed are kept; ${RETENTION_DEFAULTS.picturesDays} when absent`,
    ),
    heldPicturesDays: whole(
      1_827,
      7_320,
      `Days that pictures of all other vehicles are kept; ${RETENTION_DEFAULTS.heldPicturesDays} when absent`,
    ),
    pictureBudgetGb: whole(
      0,
      100_000,
      "Most gigabytes of pictures: beyond it those of vehicles that passed go earlier, the oldest first, once operations have them; 0 or absent: no limit",
    ),
    journalMonths: whole(
      1,
      120,
      `Full months of the journal kept in the database; older ones are moved into files; ${RETENTION_DEFAULTS.journalMonths} when absent`,
    ),
  },
  { additionalProperties: false, description: "How long pictures and entries are kept on the lane's disk" },
);
export type RetentionFile = Static<typeof RetentionSchema>;

const GIGABYTE = 1_000_000_000;

export function retentionRules(file: RetentionFile = {}): RetentionRules {
  const { pictureBudgetGb, ...rest } = file;
  return {
    ...RETENTION_DEFAULTS,
    ...rest,
    ...(pictureBudgetGb === undefined ? {} : { pictureBudgetBytes: pictureBudgetGb * GIGABYTE }),
  };
}
