import { Ajv } from "ajv";
import type { FastifyInstance, FastifyReply } from "fastify";
import { isLaneError } from "#contract/errors";
import type { LaneSnapshot } from "#contract/messages";
import { TWO_STEP_WISHES, type Wish, WishSchema } from "#contract/order";
import { MESSAGE_LIMIT_BYTES } from "#contract/upstream";
import type { OrderDesk } from "#sync/orders/order-desk";
import { type OrderWords, WORD_LIFE_MS } from "./order-words.ts";

export interface OrderRoutes {
  readonly desk: OrderDesk;
  readonly words: OrderWords;
  readonly snapshot: () => LaneSnapshot | null;
}

const isWish = new Ajv({ strict: true }).compile<Wish>(WishSchema);

/** Media type of a signed order (RFC 7515, JSON serialisation). */
export const SIGNED_ORDER = "application/jose+json";
/** Header with the word of the second step. */
export const WORD_HEADER = "x-gatelane-word";

/** The first step of an order that needs two: what the lane looks like, and the word to go on with. */
export interface FirstStep {
  readonly word: string;
  readonly seconds: number;
  readonly mode: string | null;
  readonly boom: string | null;
  readonly occupancy: readonly string[];
  readonly passages: LaneSnapshot["passages"];
}

/**
 * Orders at the lane's own socket. Who may connect may ask for a word; what is carried out is only what somebody has
 * signed whose key the lane knows, exactly as over the network.
 */
export function addOrderRoutes(app: FastifyInstance, { desk, words, snapshot }: OrderRoutes): void {
  app.post("/orders", (request, reply): FirstStep | FastifyReply => {
    // Not checked by the framework: its validator would change what it checks.
    if (!isWish(request.body)) return reply.code(400).send({ message: "this is no order that there is" });
    const lane = snapshot();
    return {
      word: words.issue(request.body),
      seconds: WORD_LIFE_MS / 1000,
      mode: lane?.mode ?? null,
      boom: lane?.boom ?? null,
      occupancy: lane?.occupancy ?? [],
      passages: lane?.passages ?? [],
    };
  });

  const bytes = { parseAs: "buffer", bodyLimit: 2 * MESSAGE_LIMIT_BYTES } as const;
  app.addContentTypeParser(SIGNED_ORDER, bytes, (_request, body, done) => done(null, body));
  app.post<{ Params: { wish: string }; Body: Buffer }>("/orders/:wish", async (request, reply) => {
    const header = request.headers[WORD_HEADER];
    const word = typeof header === "string" ? header : undefined;
    try {
      const { outcome } = await desk.take({
        payload: request.body,
        channel: "lane",
        wish: request.params.wish,
        check: ({ wish }) => {
          if (TWO_STEP_WISHES.includes(wish.name)) words.use(wish, word);
        },
      });
      return await outcome;
    } catch (error) {
      if (!isLaneError(error)) throw error;
      return reply.code(403).send({ code: error.code, message: error.message });
    }
  });
}
