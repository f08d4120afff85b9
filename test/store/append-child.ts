import { v7 as uuid } from "uuid";
import { StoreClient } from "#store/client";
import { draft } from "./support.ts";

/**
 * Run by kill.test.ts as a process of its own: appends without end, several commits in flight, and writes the number
 * and hash of each entry to its output once the store has promised it.
 */
async function main(path: string): Promise<void> {
  const client = new StoreClient({
    path,
    boot: uuid(),
    startedUtc: Date.now(),
    onFailure: (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    },
  });
  await client.start();
  const appendForEver = async (): Promise<void> => {
    for (;;) {
      const { entries, head } = await client.commit({
        drafts: [draft({ text: "x".repeat(200) }), draft({ n: 2 })],
        laneState: { text: "y".repeat(500) },
      });
      process.stdout.write(`${entries.map(({ seq, hash }) => `${seq} ${hash}\n`).join("")}`);
      if (head.seq < 1) throw new Error("the head did not move");
    }
  };
  await Promise.all(Array.from({ length: 4 }, appendForEver));
}

const [path] = process.argv.slice(2);
if (path !== undefined) await main(path);
