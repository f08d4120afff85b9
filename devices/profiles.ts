import { readdir, readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import type { Static, TObject } from "typebox";
import { LaneError, messageOf } from "#contract/errors";

/** Names of profiles, also as they stand in a configuration. */
export const PROFILE_NAME = "^[a-z0-9][a-z0-9-]{0,62}$";

export interface ProfileFolder<Profile> {
  /** Every profile there is, by name. */
  names(): Promise<readonly string[]>;
  /** Reads and checks the profile of that name. Rejects with LaneError CONFIG_INVALID. */
  load(name: string): Promise<Profile>;
  /** Checks what was read from a profile file. Throws LaneError CONFIG_INVALID. */
  check(data: unknown, name: string): Profile;
}

/**
 * The profiles of one family: JSON files in a folder, each named as it calls itself.
 * @param what how people call them in messages, for instance `gate profile`.
 * @param mistake what a schema cannot say: what is wrong with a profile, or undefined.
 */
export function profileFolder<Schema extends TObject>(
  folder: URL,
  what: string,
  schema: Schema,
  mistake: (profile: Static<Schema>) => string | undefined = () => undefined,
): ProfileFolder<Static<Schema>> {
  const fits = new Ajv({ allErrors: true, strict: true }).compile<Static<Schema> & { readonly name: string }>(schema);
  const invalid = (name: string, detail: string, cause?: unknown) =>
    new LaneError("CONFIG_INVALID", `${what} ${name}: ${detail}`, { cause });
  const check = (data: unknown, name: string): Static<Schema> => {
    if (!fits(data)) {
      const places = fits.errors?.map(({ instancePath, message }) => `${instancePath || "/"} ${message}`) ?? [];
      throw invalid(name, places.join("; "));
    }
    const wrong = data.name === name ? mistake(data) : `it calls itself ${data.name}`;
    if (wrong !== undefined) {
      throw invalid(name, wrong);
    }
    return data;
  };
  return {
    names: async () => (await readdir(folder)).map((file) => file.replace(/\.json$/, "")).toSorted(),
    load: async (name) => {
      const text = await readFile(new URL(`${name}.json`, folder), "utf8").catch((error: unknown) => {
        throw invalid(name, messageOf(error), error);
      });
      return check(
        parsed(text, (error) => invalid(name, messageOf(error), error)),
        name,
      );
    },
    check,
  };
}

function parsed(text: string, invalid: (error: unknown) => LaneError): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(error);
  }
}
