import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import type { EvidenceVerdict } from "#store/evidence-check";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { EXIT, NegativeAnswer } from "../exit.ts";
import { readInput } from "../input-file.ts";
import { writeNewFile } from "../new-file.ts";
import { type Output, shown } from "../terminal/output.ts";

/** Larger files are no evidence of one passage, bytes. */
const LIMIT_BYTES = 512 * 1024 * 1024;

export function addEvidence(program: Command, output: Output): void {
  const evidence = program.command("evidence").description("everything about one passage in one file");
  withExamples(evidence, [
    ["lanectl evidence export P000007 -o P000007.evidence.json", "write the file"],
    ["lanectl evidence verify P000007.evidence.json", "check it, on any machine, without a daemon"],
  ]);
  addExport(evidence, output);
  addVerify(evidence, output);
}

function addExport(evidence: Command, output: Output): void {
  const command = evidence
    .command("export")
    .description("write journal, pictures and signature of one passage into one file")
    .argument("<passage>", "as lanectl passages names it")
    .requiredOption("-o, --output <file>", "file to write; it must not exist yet")
    .option("--data <folder>", "data folder of the lane (else the folder of its socket)");
  withExamples(command, [
    ["lanectl evidence export P000007 -o P000007.evidence.json", "of the daemon on this machine"],
    ["lanectl evidence export P000007 --data data/lane-1 -o held.json", "from a data folder, with or without a daemon"],
  ]).action(async (passage: string, options: { readonly output: string; readonly data?: string }) => {
    const { show, client } = await contextOf(command, output);
    const written = await exportEvidence(passage, options.data ?? dirname(client.socketPath), options.output);
    show(written, ({ file, entries, pictures, kid, lacking }) => {
      const text = `${shown(file)}: ${entries} entries, ${pictures} pictures, sealed with key ${kid}\n`;
      const missing = lacking.map(({ why }) => `  missing: ${shown(why)}\n`).join("");
      return lacking.length === 0 ? text : `${text}${output.colours.red("not complete")}\n${missing}`;
    });
    if (written.lacking.length > 0) throw new NegativeAnswer(EXIT.negative);
  });
}

async function exportEvidence(passage: string, dataDir: string, file: string) {
  // Loaded only here: no other verb opens these.
  const { JournalReader } = await import("#store/journal-reader");
  const { EvidenceStore } = await import("#store/evidence");
  const { bundleText, collectEvidence } = await import("#store/evidence-bundle");
  const { parsePublicKey, PUBLIC_KEY_FILE } = await import("#store/lane-key");
  const reader = JournalReader.open(join(dataDir, "lane.db"));
  try {
    const key = parsePublicKey(readFileSync(join(dataDir, PUBLIC_KEY_FILE), "utf8"));
    const evidence = new EvidenceStore({ directory: join(dataDir, "evidence") });
    const { bundle, lacking } = await collectEvidence(passage, { reader, evidence, key });
    writeNewFile(file, bundleText(bundle));
    return {
      file,
      passage,
      entries: bundle.journal.length,
      pictures: Object.keys(bundle.pictures).length,
      kid: key.kid,
      lacking,
    };
  } finally {
    reader.close();
  }
}

function addVerify(evidence: Command, output: Output): void {
  const command = evidence
    .command("verify")
    .description("check an evidence file with nothing but its own bytes")
    .argument("<file>", "written by lanectl evidence export")
    .option("--key <file>", "public key of the lane (lane-key.pem), to make sure whose evidence it is")
    .option("--pictures <folder>", "write its pictures there, if it is whole");
  withExamples(command, [
    ["lanectl evidence verify P000007.evidence.json", "exit code 0 when it is whole, 1 when it is not"],
    ["lanectl evidence verify P000007.evidence.json --key lane-key.pem", "and that this lane signed it"],
    ["lanectl evidence verify P000007.evidence.json --pictures P000007", "and look at what the cameras saw"],
  ]).action(async (file: string, { key, pictures }: { readonly key?: string; readonly pictures?: string }) => {
    const { show } = await contextOf(command, output);
    const { checkEvidence } = await import("#store/evidence-check");
    const { parsePublicKey } = await import("#store/lane-key");
    const expected = key === undefined ? undefined : parsePublicKey(read(key));
    const text = read(file);
    const verdict = checkEvidence(text, expected);
    const written = verdict.ok && pictures !== undefined ? await writePictures(text, pictures) : [];
    show({ ...verdict, ...(pictures === undefined ? {} : { written }) }, (result) =>
      [verdictText(file, result, expected !== undefined, output), ...written.map((one) => `${shown(one)}\n`)].join(""),
    );
    if (!verdict.ok) throw new NegativeAnswer(EXIT.negative);
  });
}

/** Paths of the files. None that exists is written over. */
async function writePictures(text: string, folder: string): Promise<string[]> {
  const { picturesIn } = await import("#store/evidence-pictures");
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return picturesIn(text).map(({ name, jpeg }) => {
    const path = join(folder, name);
    writeNewFile(path, jpeg);
    return path;
  });
}

const read = (file: string): string => readInput(file, LIMIT_BYTES, "EVIDENCE_MISSING");

function verdictText(file: string, verdict: EvidenceVerdict, known: boolean, { colours }: Output): string {
  const { ok, problems, passage, site, lane, ended, entries, pictures, kid } = verdict;
  if (!ok) return `${colours.red("not good")}: ${shown(file)}\n${problems.map((one) => `  ${shown(one)}\n`).join("")}`;
  const whose = known ? "the lane's own key" : "compare this fingerprint with the lane's, or give --key";
  return `${colours.green("whole")}: ${shown(passage)} of ${shown(site)}/${shown(lane)}${ended ? "" : ", which was still open"}, ${entries} entries, ${pictures} pictures\nsigned with key ${shown(kid)} (${whose})\n`;
}
