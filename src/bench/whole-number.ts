import { InvalidArgumentError } from "commander";

/** A parser for an option that takes a whole number in a range, both ends included. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`a whole number, ${least} to ${most}`);
    }
    return value;
  };
}
