/** Characters that take two columns: East Asian wide and fullwidth (Unicode UAX 11), and emoji. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;
/** Characters that take none: accents that join the letter before them, and format characters. */
const JOINING = /^[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns that `text` takes on a terminal. Vietnamese letters take one, Chinese characters two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.normalize("NFC")) {
    if (!JOINING.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
