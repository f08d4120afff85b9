/**
 * Fewest characters to put in, take out or replace to make one text the other (V. Levenshtein, 1966), counted up to
 * `limit`; anything beyond is `limit + 1`.
 */
export function editDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  // What both begin and end with costs nothing; for near texts hardly anything is left.
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let endOne = one.length;
  let endOther = other.length;
  while (endOne > start && endOther > start && one[endOne - 1] === other[endOther - 1]) {
    endOne--;
    endOther--;
  }
  return distanceOf(one.slice(start, endOne), other.slice(start, endOther), limit);
}

function distanceOf(one: string, other: string, limit: number): number {
  if (one.length === 0 || other.length === 0) return Math.min(one.length + other.length, limit + 1);
  if (one.length === 1 && other.length === 1) return Math.min(1, limit + 1);
  let before = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= other.length; j++) {
      const replaced = (before[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const cost = Math.min(replaced, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    before = row;
  }
  return Math.min(before[other.length] ?? 0, limit + 1);
}
