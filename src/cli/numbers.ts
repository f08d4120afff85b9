import { InvalidArgumentError } from "commander";

/** A parser for an option that takes a whole number in a range. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= minimum && number <= maximum) return number;
    throw new InvalidArgumentError(`A whole number from ${minimum} to ${maximum} is expected.`);
  };
}
