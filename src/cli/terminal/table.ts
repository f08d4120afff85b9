import { stripVTControlCharacters } from "node:util";
import { displayWidth } from "./width.ts";

/** Rows of cells as lines with aligned columns, two spaces apart. Cells may hold colours; they must be printable. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  const widthOf = (cell: string) => displayWidth(stripVTControlCharacters(cell));
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)));
      return `${cells.join("  ").trimEnd()}\n`;
    })
    .join("");
}
