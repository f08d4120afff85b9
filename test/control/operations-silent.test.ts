import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ListAge } from "#control/list-age";
import { OperationsWatch } from "#control/operations-watch";
import { INITIAL_STATE, type LaneState } from "#lanes/passage/model";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 0, 5, 12);

/** Two clocks that only tests move. */
class Clocks {
  now = 5 * MINUTE;
  setBy = 0;
  monotonic = () => this.now;
  utc = () => NOON + this.now + this.setBy;
}

describe("the age of the clearance list", () => {
  /** What happens to it, in minutes: `signed` a while before it arrives, `pass` time goes by, `set` the wall clock is set. */
  const cases: readonly [when: string, story: readonly (readonly [string, number])[], minutes: number][] = [
    [
      "is that of what operations signed last",
      [
        ["signed", 0],
        ["pass", 7],
      ],
      7,
    ],
    [
      "counts from the signature, not from the arrival",
      [
        ["signed", 90],
        ["pass", 1],
      ],
      91,
    ],
    [
      "is not made older by what was signed before",
      [
        ["signed", 2],
        ["signed", 50],
        ["pass", 1],
      ],
      3,
    ],
    [
      "begins anew with each answer",
      [
        ["signed", 0],
        ["pass", 60],
        ["signed", 0],
        ["pass", 3],
      ],
      3,
    ],
    [
      "is not below nothing when the clock of operations is ahead",
      [
        ["signed", -10],
        ["pass", 4],
      ],
      4,
    ],
    [
      "is not made young by a wall clock that is set back",
      [
        ["signed", 0],
        ["pass", 30],
        ["set", -120],
      ],
      30,
    ],
    [
      "follows a wall clock that was late",
      [
        ["signed", 0],
        ["set", 120],
        ["pass", 1],
      ],
      121,
    ],
  ];
  for (const [when, story, minutes] of cases) {
    test(when, () => {
      const clocks = new Clocks();
      const age = new ListAge(clocks);
      for (const [what, count] of story) {
        if (what === "signed") age.heard(clocks.utc() - count * MINUTE);
        if (what === "pass") clocks.now += count * MINUTE;
        if (what === "set") clocks.setBy += count * MINUTE;
      }
      assert.equal(age.ms, minutes * MINUTE);
    });
  }

  test("is beyond every limit before operations have signed anything", () => {
    assert.equal(new ListAge(new Clocks()).ms, Number.MAX_SAFE_INTEGER);
  });
});

/** A lane whose line stands and at which nothing happens. */
class Bench {
  readonly clocks = new Clocks();
  readonly age = new ListAge(this.clocks);
  readonly said: string[] = [];
  place = { seq: 40, hash: "", acked: 40 };
  state: LaneState = { ...INITIAL_STATE, mode: { ...INITIAL_STATE.mode, link: "online" } };
  asked = 0;
  readonly watch: OperationsWatch;

  constructor(offline = { freshMs: 15 * MINUTE, limitMs: 24 * HOUR }) {
    const bench = this;
    this.watch = new OperationsWatch({
      loop: this,
      feed: {
        get ageMs() {
          return bench.age.ms;
        },
        heard: (at) => this.age.heard(at),
      },
      journal: this,
      legal: {
        link: (up, _detail, forMs = 0) =>
          this.said.push(`${up ? "back" : "gone"} for ${Math.round(forMs / MINUTE)} min`),
        acknowledged: () => undefined,
      },
      clock: this.clocks,
      offline,
      ask: () => {
        this.asked += 1;
        this.place = { ...this.place, seq: this.place.seq + 1 };
      },
    });
    this.watch.link(true, "connected");
    this.acknowledge();
    this.said.length = 0;
  }

  acknowledge(): void {
    this.place = { ...this.place, acked: this.place.seq };
    this.watch.acknowledged(this.place.seq, this.clocks.utc());
  }

  /** Time goes by; operations answer what they are asked, or not. */
  pass(ms: number, answering: boolean): void {
    for (const end = this.clocks.now + ms; this.clocks.now < end; ) {
      this.clocks.now += SECOND;
      this.watch.tick();
      if (answering && this.place.acked < this.place.seq) this.acknowledge();
    }
  }
}

describe("operations", () => {
  test("that have nothing to say are asked now and then, and their list stays fresh", () => {
    const bench = new Bench();
    bench.pass(12 * HOUR, true);
    assert.deepEqual(bench.said, []);
    assert.ok(bench.age.ms <= 5 * MINUTE + SECOND);
    assert.ok(bench.asked > 100 && bench.asked < 150, `${bench.asked} times in 12 hours`);
  });

  test("are asked more often where a list is fresh for a minute only", () => {
    const bench = new Bench({ freshMs: MINUTE, limitMs: HOUR });
    bench.pass(HOUR, true);
    assert.deepEqual(bench.said, []);
    assert.ok(bench.asked >= 150, `${bench.asked} times in an hour`);
  });

  test("that answer nothing are an outage once the list is no longer fresh, from when they were heard last", () => {
    const bench = new Bench();
    bench.pass(15 * MINUTE, false);
    assert.deepEqual(bench.said, []);
    bench.pass(2 * SECOND, false);
    assert.deepEqual(bench.said, ["gone for 15 min"]);
    assert.equal(bench.asked, 1, "what is not acknowledged yet asks already");
    bench.pass(HOUR, false);
    assert.deepEqual(bench.said, ["gone for 15 min"]);
    bench.acknowledge();
    bench.pass(2 * SECOND, true);
    assert.equal(bench.said.length, 2);
    assert.match(bench.said[1] ?? "", /^back/);
  });

  test("do not come back with a new connection to the broker, only with their word", () => {
    const bench = new Bench();
    bench.pass(16 * MINUTE, false);
    bench.watch.link(false, "gone");
    bench.watch.link(true, "connected");
    bench.pass(HOUR, false);
    assert.deepEqual(bench.said, ["gone for 15 min", "gone for 0 min"]);
    bench.acknowledge();
    bench.pass(2 * SECOND, true);
    assert.match(bench.said[2] ?? "", /^back/);
  });

  test("have the time to answer after an outage", () => {
    const bench = new Bench();
    bench.watch.link(false, "gone");
    bench.state = INITIAL_STATE;
    bench.pass(3 * HOUR, false);
    bench.state = { ...INITIAL_STATE, mode: { ...INITIAL_STATE.mode, link: "online" } };
    bench.watch.link(true, "connected");
    bench.pass(10 * MINUTE, false);
    assert.deepEqual(bench.said, ["gone for 0 min", "back for 0 min"]);
  });
});
