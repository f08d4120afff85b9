import type { FastifyInstance, FastifyReply } from "fastify";
import Type from "typebox";
import type { LaneSnapshot } from "#contract/messages";
import { explain } from "./explanation.ts";
import type { ChainCheck, JournalSource } from "./journal-source.ts";
import { summaryOf } from "./passage-summary.ts";

/** Most journal entries or passages in one answer: reading them must not keep the edge from its other work for long. */
export const PAGE_LIMIT = 1000;

const count = (name: string, standard: number) =>
  Type.Object({ [name]: Type.Integer({ minimum: 1, maximum: PAGE_LIMIT, default: standard }) });
const page = Type.Object({
  after: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
  limit: Type.Integer({ minimum: 1, maximum: PAGE_LIMIT, default: 100 }),
});
const passageId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

/** The read-only routes of the local API. Nothing here can change the lane. */
export function addRoutes(app: FastifyInstance, snapshot: () => LaneSnapshot | null, journal: JournalSource): void {
  addLaneRoutes(app, snapshot);
  addPassageRoutes(app, journal);
  addJournalRoutes(app, journal);
}

function addLaneRoutes(app: FastifyInstance, snapshot: () => LaneSnapshot | null): void {
  const answer = (reply: FastifyReply, show: (lane: LaneSnapshot) => unknown) => {
    const lane = snapshot();
    if (lane !== null) return reply.send(show(lane));
    return reply.code(503).send({ message: "the lane has not reported its state yet" });
  };
  app.get("/status", (_request, reply) => answer(reply, (lane) => lane));
  app.get("/devices", (_request, reply) => answer(reply, (lane) => lane.devices));
  app.get("/healthz", (_request, reply) => answer(reply, ({ lane, boot }) => ({ ok: true, lane, boot })));
}

function addPassageRoutes(app: FastifyInstance, journal: JournalSource): void {
  app.get<{ Querystring: { limit: number } }>("/passages", { schema: { querystring: count("limit", 20) } }, (request) =>
    journal.passages(request.query.limit).map(summaryOf),
  );

  /** Entries of a passage, `last` being the newest, or a 404. */
  const withEntries = (id: string, reply: FastifyReply, show: (passage: string) => unknown) => {
    const passage = id === "last" ? journal.passages(1)[0]?.passage : id;
    const shown = passage === undefined ? undefined : show(passage);
    if (shown !== undefined) return reply.send(shown);
    const message = id === "last" ? "no passage was recorded yet" : `there is no passage ${id}`;
    return reply.code(404).send({ message });
  };
  const known = (passage: string) => {
    const entries = journal.byPassage(passage);
    return entries.length === 0 ? undefined : entries;
  };

  const schema = { params: passageId };
  app.get<{ Params: { id: string } }>("/passages/:id", { schema }, (request, reply) =>
    withEntries(request.params.id, reply, known),
  );
  app.get<{ Params: { id: string } }>("/passages/:id/explain", { schema }, (request, reply) =>
    withEntries(request.params.id, reply, (passage) => {
      const entries = known(passage);
      return entries === undefined ? undefined : explain(passage, entries);
    }),
  );
}

function addJournalRoutes(app: FastifyInstance, journal: JournalSource): void {
  app.get<{ Querystring: { after: number; limit: number } }>(
    "/journal",
    { schema: { querystring: page } },
    ({ query }) => ({ head: journal.head(), entries: journal.range(query.after + 1, query.limit) }),
  );
  app.get<{ Querystring: { n: number } }>(
    "/journal/tail",
    { schema: { querystring: count("n", 20) } },
    ({ query }) => ({
      head: journal.head(),
      entries: journal.tail(query.n),
    }),
  );

  // Checking reads the whole journal: everybody who asks meanwhile gets the same answer.
  let running: Promise<ChainCheck> | undefined;
  app.get("/journal/verify", () => {
    running ??= journal.verify().finally(() => {
      running = undefined;
    });
    return running;
  });
}
