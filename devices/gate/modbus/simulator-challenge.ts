import { answerTo, bytesOf, CHALLENGE_REGISTERS, wordsOf } from "./challenge.ts";
import type { GateProfile } from "./profile.ts";

/** The registers in which a simulated PLC is challenged and answers; without the key it does not know what. */
export class ChallengeRegisters {
  readonly #key: Uint8Array | undefined;
  readonly #asked: number[] = Array(CHALLENGE_REGISTERS).fill(0);
  #answer: readonly number[] = Array(CHALLENGE_REGISTERS).fill(0);

  /** `key`: 16 bytes. */
  constructor(key: Uint8Array | undefined) {
    this.#key = key;
  }

  /** Undefined where no answer lies. */
  read({ challenge }: GateProfile, functionCode: 3 | 4, address: number): number | undefined {
    return challenge?.answer.functionCode === functionCode
      ? this.#answer[address - challenge.answer.address]
      : undefined;
  }

  /** `works`: the PLC's program runs. Returns false where no challenge lies. */
  write({ challenge }: GateProfile, address: number, value: number, works: boolean): boolean {
    const index = address - (challenge?.address ?? Number.NaN);
    if (!(index >= 0 && index < CHALLENGE_REGISTERS)) return false;
    this.#asked[index] = value;
    const complete = index === CHALLENGE_REGISTERS - 1;
    if (complete && works && this.#key !== undefined) this.#answer = wordsOf(answerTo(this.#key, bytesOf(this.#asked)));
    return true;
  }
}
