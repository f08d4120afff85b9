import type { DeviceContext, IdReaderDevice } from "#contract/device";
import { LineReader } from "../../transport/serial/line-reader.ts";
import { readCode, readTag } from "../identifier.ts";
import type { IdReaderTextOptions } from "./options.ts";

/** Driver of a reader that sends one identifier a line. */
export class TextIdReader implements IdReaderDevice {
  readonly class = "id-reader";
  readonly id: string;
  readonly #reader: LineReader;

  /** @param random gives numbers in 0..1, for the jitter of the reconnect delays. */
  constructor(id: string, options: IdReaderTextOptions, context: DeviceContext, random: () => number = Math.random) {
    this.id = id;
    const { kind, epcDigits } = options;
    const { clock } = context;
    const read = (line: string) => {
      const found = kind === "tag" ? readTag(line, epcDigits) : readCode(line);
      if (found.kind !== "identifier") return found;
      const seen = { type: "id-seen", device: id, kind, id: found.id } as const;
      const tell = () => context.post({ ...seen, at: clock.monotonic(), utc: clock.utc() });
      return { kind: "finding", subject: found.id, value: "", urgent: false, tell } as const;
    };
    this.#reader = new LineReader(id, options, context, read, random);
  }

  async start(): Promise<void> {
    this.#reader.start();
  }

  async stop(): Promise<void> {
    await this.#reader.stop();
  }
}
