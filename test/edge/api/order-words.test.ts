import assert from "node:assert/strict";
import { test } from "node:test";
import { isLaneError } from "#contract/errors";
import type { Wish } from "#contract/order";
import { OrderWords, WORD_LIFE_MS } from "#edge/api/order-words";

const OPEN: Wish = { name: "open" };
const PASS: Wish = { name: "pass", passage: "P000007" };

function words() {
  const clock = { now: 1_000, monotonic: () => clock.now };
  return { clock, words: new OrderWords(clock) };
}

const refused = (act: () => void, why: RegExp) =>
  assert.throws(act, (error) => isLaneError(error, "ORDER_UNCONFIRMED") && why.test(error.detail));

test("a word serves once, for the wish it was given for", () => {
  const { words: desk } = words();
  const word = desk.issue(PASS);
  desk.use({ passage: "P000007", name: "pass" }, word);
  refused(() => desk.use(PASS, word), /not given or is used/);
  refused(() => desk.use({ ...PASS, passage: "P000008" }, desk.issue(PASS)), /another order/);
  refused(() => desk.use(OPEN, undefined), /no word/);
});

test("a word that was tried for another order is used up", () => {
  const { words: desk } = words();
  const word = desk.issue(PASS);
  refused(() => desk.use(OPEN, word), /another order/);
  refused(() => desk.use(PASS, word), /not given or is used/);
});

test("a word is good for a minute, and so many wait at once", () => {
  const { clock, words: desk } = words();
  const late = desk.issue(OPEN);
  clock.now += WORD_LIFE_MS + 1;
  refused(() => desk.use(OPEN, late), /too old/);
  const oldest = desk.issue(OPEN);
  for (let n = 0; n < 16; n++) desk.issue(OPEN);
  refused(() => desk.use(OPEN, oldest), /not given/);
});
