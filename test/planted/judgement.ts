import type { PlantedBug } from "../../scripts/planted-bug.ts";

const CONFUSION = "lanes/fusion/confusion.ts";
const FUSE = "lanes/fusion/fuse.ts";
const VOTE = "lanes/fusion/position-vote.ts";
const WITNESS = "lanes/fusion/witness.ts";
const MATCH = "lanes/decision/match-rules.ts";
const MATCHING = "lanes/decision/matching.ts";
const LOOKALIKE = "lanes/decision/lookalike.ts";
const LOAD = "lanes/decision/load-rules.ts";
const QUALITY = "lanes/decision/quality-rules.ts";
const RECORDS = "lanes/decision/records.ts";
const RULES = "lanes/decision/rules.ts";

/** Bugs in what is made of readings and records. */
export const PLANTED_JUDGEMENT: readonly PlantedBug[] = [
  {
    name: "a sister plate is repaired",
    file: MATCHING,
    search: "const taken = vouched && (known || found.room >= minRepairShare(policy));",
    replace: "const taken = vouched || found.room >= minRepairShare(policy);",
    breaks: "a plate that every picture agrees on is taken for the one of the record",
  },
  {
    name: "papers are a witness",
    file: MATCHING,
    search: "tagNames(sure, one) || clientNames(sure, one)",
    replace: "tagNames(sure, one) || codeNames(sure, one)",
    breaks: "the QR code of the papers makes another tractor the one of the record",
  },
  {
    name: "which of two was meant",
    file: MATCHING,
    search: "if (only === undefined || near.length > 1 || !isWellFormed(only)) return null;",
    replace: "if (only === undefined || !isWellFormed(only)) return null;",
    breaks: "one of two announced plates that look alike is picked",
  },
  {
    name: "no read leaves all room",
    file: FUSE,
    search: "if (object === undefined || seen.length !== wanted.length) return 0;",
    replace: "if (object === undefined || seen.length !== wanted.length) return 1;",
    breaks: "a repair is taken without anything that speaks for it",
  },
  {
    name: "one doubtful picture outvotes the sure ones",
    file: VOTE,
    search: "(known, rivals) => Math.min(known,",
    replace: "(known, rivals) => Math.max(known,",
    breaks: "what one picture half saw counts although the others saw nothing of it",
  },
  {
    name: "the fusion of another policy",
    file: FUSE,
    search: "if (known?.minReadConfidence === minReadConfidence && known.table === table) return known.fusion;",
    replace: "if (known !== undefined) return known.fusion;",
    breaks: "a shadow policy sees the reads with the thresholds of the one in force",
  },
  {
    name: "a computed check digit proves something",
    file: VOTE,
    search: "return 1 - read.product() * Math.max(EVEN_CHANCE, computed.product());",
    replace: "return 1 - read.product() * computed.product();",
    breaks: "ten characters and their own check digit count as a container number that was read",
  },
  {
    name: "a suspension of the other declaration is no veto",
    file: RULES,
    search: "for (const one of [cached, ...restOfLoad(cached, candidates)]) {",
    replace: "for (const one of [cached]) {",
    breaks: "goods of a suspended declaration share a container with good ones and are only held, not blocked",
  },
  {
    name: "an unread trailer matches",
    file: MATCH,
    search: "if (trailerMayBeUnread === true) return skip",
    replace: "if (trailerMayBeUnread !== false) return skip",
    breaks: "a policy that compares trailers lets one pass whose plate nobody has read",
  },
  {
    name: "a tag of some time ago",
    file: "lanes/passage/identity-news.ts",
    search: "now - at <= EARLY_MS ? [read] : []",
    replace: "now >= at ? [read] : []",
    breaks: "the transponder of a vehicle that has long gone vouches for the next one",
  },
  {
    name: "a camera is two witnesses",
    file: WITNESS,
    search: "const FURTHER_READER = 0.5;",
    replace: "const FURTHER_READER = 0;",
    breaks: "two readers of one picture count as independent",
  },
  {
    name: "dirt on one character spoils nothing",
    file: CONFUSION,
    search: "mates.has(truth) ? table.shareInClass / mates.size",
    replace: "mates.has(truth) ? (1 - table.shareInClass) / mates.size",
    breaks: "likely misreadings count as unlikely ones",
  },
  {
    name: "one device is enough",
    file: QUALITY,
    search: "if (new Set(sources.map(deviceOf)).size < 2) {",
    replace: "if (new Set(sources).size < 2) {",
    breaks: "one camera and its own recognition agree with each other",
  },
  {
    name: "papers stand in for a plate",
    file: "lanes/decision/reading-sets.ts",
    search: 'gives: { ground: "plateByCode" },',
    replace: 'gives: { ground: "plateByTag" },',
    breaks: "whoever has the papers passes with a plate that nobody can read",
  },
  {
    name: "one device is a second witness",
    file: LOOKALIKE,
    search: "new Set(plate.sources.map(deviceOf)).size > 1",
    replace: "new Set(plate.sources).size > 1 || input.qr !== undefined",
    breaks: "the papers, or the same camera again, vouch for a plate that could be another",
  },
  {
    name: "a transponder of another vehicle",
    file: QUALITY,
    search: "if (sure(input.tag) && !tagNames(input, record)) return true;",
    replace: "",
    breaks: "nobody minds the transponder of another vehicle",
  },
  {
    name: "nobody knows how old the list is",
    file: QUALITY,
    search: "if (!(input.clearanceAgeMs <= Math.max(policy.offline.limitMs, ANSWER_MS))) {",
    replace: "if (input.clearanceAgeMs > Math.max(policy.offline.limitMs, ANSWER_MS)) {",
    breaks: "a list of unknown age is good",
  },
  {
    name: "a broker is operations",
    file: QUALITY,
    search: "return !(input.clearanceAgeMs <= (input.link",
    replace: 'return input.link !== "online" && !(input.clearanceAgeMs <= (input.link',
    breaks: "operations have been silent for hours, the line stands, and the list counts as fresh",
  },
  {
    name: "an absent declaration",
    file: RULES,
    search: "if (absent.length > 0) {",
    replace: "if (absent.length > 1) {",
    breaks: "one declaration of a shared container may be missing",
  },
  {
    name: "unmanned at any time",
    file: RULES,
    search: "if (!isUnmanned(clearance)) return null;",
    replace: "if (clearance.id) return null;",
    breaks: "an unmanned vehicle passes without a time slot",
  },
  {
    name: "to be scanned, and not scanned",
    file: RULES,
    search: 'scanRequired === true && scanResult !== "OK"',
    replace: 'scanRequired === true && scanResult === "SUSPECT"',
    breaks: "a container on the scan list passes before there is a result",
  },
  {
    name: "not refused is released",
    file: RULES,
    search: "policy.clearance.requiredAuthorities.filter((name: Authority) => authorities[name] !== true)",
    replace: "policy.clearance.requiredAuthorities.filter((name: Authority) => authorities[name] === false)",
    breaks: "an authority that has said nothing counts as having released the goods",
  },
  {
    name: "a good record hides a held one",
    file: RECORDS,
    search: "if (record.clearance.holds.length > 0) return 1;",
    replace: "",
    breaks: "of two records for one container the one without a hold is taken",
  },
  {
    name: "both tolerances",
    file: LOAD,
    search:
      "const tolerance = Math.max(policy.weight.toleranceKg, Math.round(declared * policy.weight.toleranceShare));",
    replace: "const tolerance = policy.weight.toleranceKg + Math.round(declared * policy.weight.toleranceShare);",
    breaks: "more goods than declared pass the weighbridge",
  },
  {
    name: "no number, no container",
    file: LOAD,
    search: "namesContainers(clearance) ? skip",
    replace: "true ? skip",
    breaks: "a loaded vehicle with an unreadable container drives out on a clearance for a tractor alone",
  },
  {
    name: "an alarm is no break",
    file: LOAD,
    search: 'state === "broken" || state === "alarm"',
    replace: 'state === "broken"',
    breaks: "a seal that reports tampering stops nobody",
  },
  {
    name: "one of two transponders",
    file: MATCHING,
    search: "const sure = withoutUnsure(input, policy);",
    replace: "const sure = { ...input, ...(policy === null ? {} : null) };",
    breaks: "a copied transponder beside the vehicle's own makes its plate the announced one",
  },
  {
    name: "an amendment is a new trip",
    file: RECORDS,
    search: "return used ?? record;",
    replace: "return record ?? used;",
    breaks: "a clearance that was used up opens again when its declaration is amended",
  },
  {
    name: "unmanned without certificate",
    file: "lanes/decision/reading-sets.ts",
    search: "fits: ({ unmanned }) => unmanned,",
    replace: 'fits: ({ unmanned, container }) => unmanned && container !== "K",',
    breaks: "whoever has the transponder of an unmanned vehicle passes on its clearance",
  },
  {
    name: "whatever was in view is a witness",
    file: QUALITY,
    search: "transponderIsKnown(context) ? input.tag : null,",
    replace: "input.tag,",
    breaks: "a transponder of somebody else is the second device",
  },
  {
    name: "to the yard through any lane",
    file: RULES,
    search: "site.inward === true && (",
    replace: "site.inward !== false && (",
    breaks: "goods that are not cleared leave the area as goods for its yard",
  },
];
