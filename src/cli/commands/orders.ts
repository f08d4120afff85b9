import { Argument, type Command, Option } from "commander";
import { ORDER_MODES, ORDER_ROLES, type OrderMode, type Wish } from "#contract/order";
import { LANGUAGES } from "#lanes/decision/reasons";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { namedFile } from "../named-file.ts";
import type { OrderOptions } from "../orders/give-order.ts";
import type { Output } from "../terminal/output.ts";

const FIELDS = ["container", "plate", "trailer", "seal"] as const;
type Field = (typeof FIELDS)[number];

const SIGNED = `
Every order is signed with the key of whoever gives it, which the lane file names under orders. Orders that move the boom
take two steps: the first shows the lane and a word, the second repeats the order with --yes <word>.
Ends with 0 when it was done, 1 when it was refused or failed, 3 when it waits for its second step.`;

/** Orders to the lane, one verb each. */
export function addOrders(program: Command, output: Output): void {
  addPassageOrders(program, output);
  addBoomOrders(program, output);
  addLaneOrders(program, output);
}

function addPassageOrders(program: Command, output: Output): void {
  const ofPassage = (verb: "pass" | "refuse" | "hold" | "release", description: string, example: string) => {
    const command = order(program, verb, description).argument("<passage>", "id as lanectl passages shows it");
    examples(command, [[`lanectl ${verb} P000007 --reason "${example}"`, description]]).action((passage, options) =>
      give(command, output, { name: verb, passage }, options),
    );
  };
  ofPassage("pass", "let a held vehicle pass: an officer's decision", "papers checked by hand");
  ofPassage("refuse", "send a held vehicle away", "the seal is broken");
  ofPassage("hold", "hold a vehicle, whatever the rules say", "tip-off");
  ofPassage("release", "end such a hold: the rules decide again", "tip-off was wrong");

  const correct = order(program, "correct", "put right what was read of a vehicle; the rules decide again")
    .argument("<passage>", "id as lanectl passages shows it")
    .addArgument(new Argument("<field>", "what was read wrong").choices(FIELDS))
    .argument("<value>", "as it stands on the vehicle");
  examples(correct, [
    ['lanectl correct P000007 plate 29H67890 --reason "dirty plate"', "the plate is another than was read"],
  ]).action((passage: string, field: Field, value: string, options: OrderOptions) =>
    give(correct, output, { name: "correct", passage, field, value }, options),
  );

  const resolve = order(program, "resolve", "say what became of a vehicle that nobody saw to the end")
    .argument("<passage>", "id as lanectl passages shows it")
    .argument("<clearance>", "the clearance it was let in on")
    .option("--crossed", "it crossed: the clearance is used up")
    .option("--not-crossed", "it did not: the clearance is free again");
  examples(resolve, [
    ['lanectl resolve P000007 CL-12 --crossed --reason "seen on camera 4"', "it is through, the clearance is used"],
  ]).action((passage: string, clearance: string, options: OrderOptions & Crossing) =>
    give(resolve, output, { name: "resolve", passage, clearance, crossed: crossed(options) }, options),
  );
}

interface Crossing {
  readonly crossed?: boolean;
  readonly notCrossed?: boolean;
}

function crossed(options: Crossing): boolean {
  if ((options.crossed === true) === (options.notCrossed === true)) {
    throw new CommandFailure(EXIT.usage, "USAGE", "say one of both: --crossed or --not-crossed");
  }
  return options.crossed === true;
}

function addBoomOrders(program: Command, output: Output): void {
  for (const [verb, description, why] of [
    ["open", "raise the boom outside of any passage", "fire brigade"],
    ["close", "lower the boom, when nothing is under it", "fire brigade is through"],
  ] as const) {
    const command = order(program, verb, description);
    examples(command, [
      [`lanectl ${verb} --reason "${why}"`, "first step: what the lane looks like, and a word"],
      [`lanectl ${verb} --reason "${why}" --yes K7QFA`, "second step, with that word"],
    ]).action((options: OrderOptions) => give(command, output, { name: verb }, options));
  }
}

function addLaneOrders(program: Command, output: Output): void {
  const mode = order(program, "mode", "let the lane work by itself, or not").addArgument(
    new Argument("<mode>", "what the lane is to do").choices(ORDER_MODES),
  );
  examples(mode, [
    ['lanectl mode maintenance --reason "new loop" --role technician', "nothing passes meanwhile"],
  ]).action((wanted: OrderMode, options: OrderOptions) => give(mode, output, { name: "mode", mode: wanted }, options));
  const clear = order(program, "clear-fault", "take note of a fault that is over, so that the lane goes on");
  examples(clear, [['lanectl clear-fault --reason "arm put back" --role technician', "after the repair"]]).action(
    (options: OrderOptions) => give(clear, output, { name: "clear-fault" }, options),
  );
  const reset = order(program, "reset-emergency", "end an emergency opening; needs a second person");
  examples(reset, [
    [
      'lanectl reset-emergency --reason "false alarm" --key officer-17=a.key --second supervisor-2=b.key',
      "first step; repeat it with --yes and the word",
    ],
  ]).action((options: OrderOptions) => give(reset, output, { name: "reset-emergency" }, options));
}

function order(program: Command, verb: string, description: string): Command {
  return program
    .command(verb)
    .description(description)
    .requiredOption("--reason <text>", "why, on one line; stands in the journal")
    .option("--key <kid=file>", "your private key and its id (or the variable GATELANE_KEY)", namedFile)
    .addOption(new Option("--role <role>", "in which role").choices(ORDER_ROLES).default("officer"))
    .option("--second <kid=file>", "key of the second person, who agrees to this very order", namedFile)
    .addOption(
      new Option("--second-role <role>", "role of the second person").choices(ORDER_ROLES).default("supervisor"),
    )
    .option("--yes <word>", "the word of the first step")
    .addOption(new Option("--lang <language>", "language of the answer").choices(LANGUAGES));
}

const examples = (command: Command, lines: readonly (readonly [string, string])[]): Command =>
  withExamples(command, lines).addHelpText("after", SIGNED);

async function give(command: Command, output: Output, wish: Wish, options: OrderOptions): Promise<void> {
  const context = await contextOf(command, output);
  // Loaded only here: it brings what signs.
  const { giveOrder } = await import("../orders/give-order.ts");
  await giveOrder(context, wish, options);
}
