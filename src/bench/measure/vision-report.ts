import { stripVTControlCharacters } from "node:util";
import type { TextReading } from "#contract/reading";
import type { Miss, VisionFigures } from "./vision.ts";
import { damageCharts } from "./vision-curves.ts";
import { acceptance, isDangerous, isRight } from "./vision-score.ts";
import { visionText } from "./vision-text.ts";

const STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; color: #1b1f24; background: #fff; }
pre { background: #f4f5f7; padding: 1rem; overflow-x: auto; font-size: 12.5px; }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem; padding: 0; list-style: none; grid-auto-flow: dense; }
li { border: 1px solid #d0d4da; border-radius: 6px; padding: .75rem; }
li.danger { border-color: #b3261e; border-width: 2px; grid-column: span 2; }
img { max-width: 100%; display: block; margin-bottom: .5rem; }
code { font-size: 1.05em; }
small { color: #57606a; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem; }
img.crop { max-height: 4rem; margin: .25rem 0; }
.wrong { color: #b3261e; } .right { color: #1a7f37; }`;

/** One page with nothing outside it: the figures, and every miss with its picture, what was read, and what came of it. */
export function visionReport(figures: VisionFigures, misses: readonly Miss[], peerWanted: boolean): string {
  const cards = misses
    .toSorted((a, b) => Number(isDangerous(b.outcome)) - Number(isDangerous(a.outcome)))
    .map(card)
    .join("\n");
  const dangerous = misses.filter(({ outcome }) => isDangerous(outcome)).length;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Recognition: every miss</title><style>${STYLE}</style></head>
<body>
<h1>Recognition: every miss</h1>
<pre>${escaped(stripVTControlCharacters(visionText(figures, peerWanted)))}</pre>
${damageCharts(figures.kinds, figures.damages)}
<h2>${misses.length} misses</h2>
<p>${dangerous} of them, framed in red and first, hold a reading that a lane would use and that is in no label.</p>
<ul>
${cards}
</ul>
</body>
</html>
`;
}

function card({ outcome, picture, crops }: Miss): string {
  const { photo, damage, readings, refused } = outcome;
  const what = damage === null ? photo.file : `${photo.file}, ${damage.name} ${damage.strength}`;
  const image =
    picture.length === 0
      ? ""
      : `<img alt="${escaped(what)}" src="data:image/jpeg;base64,${picture.toString("base64")}">`;
  const read = readings.map((reading, index) => {
    const colour = isRight(photo, reading) ? "right" : "wrong";
    const doubts = doubtsIn(reading);
    const doubt = doubts === "" ? "" : `<br><small>could be ${escaped(doubts)}</small>`;
    return `<br>read <code class="${colour}">${escaped(reading.text)}</code> <small>${escaped(acceptance(reading))}</small>${cropImage(crops[index])}${doubt}`;
  });
  const nothing = readings.length > 0 ? "" : `<br><span class="wrong">${escaped(refused ?? "nothing was read")}</span>`;
  const truth = photo.truths.length === 0 ? "nothing that can be read whole" : photo.truths.join(", ");
  const frame = isDangerous(outcome) ? ' class="danger"' : "";
  return `<li${frame}>${image}<small>${escaped(what)}</small><br>label <code>${escaped(truth)}</code>${read.join("")}${nothing}</li>`;
}

function cropImage(crop: Buffer | undefined): string {
  if (crop === undefined || crop.length === 0) return "";
  return `<img class="crop" alt="the line that was read" src="data:image/jpeg;base64,${crop.toString("base64")}">`;
}

/** Characters below this are in doubt, alternatives below the second are not worth a look, 0..1. */
const SURE = 0.9;
const LEAST_SHOWN = 0.02;

function doubtsIn({ alternatives }: TextReading): string {
  return alternatives
    .flatMap((characters, index) => {
      const [best] = characters;
      if (best === undefined || best.probability >= SURE) return [];
      const listed = characters
        .filter(({ probability }) => probability >= LEAST_SHOWN)
        .map(({ character, probability }) => `${character} ${probability.toFixed(2)}`);
      return [`${index + 1}: ${listed.join(", ")}`];
    })
    .join("; ");
}

/** Names of files and texts of labels come from outside. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
