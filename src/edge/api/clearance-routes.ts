import { createReadStream, existsSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { isLaneError } from "#contract/errors";
import { SNAPSHOT_LIMIT_BYTES } from "#contract/upstream";
import type { ListedClearance } from "#store/clearance-list";
import type { ImportDesk } from "#sync/clearance/import-desk";

/** What the API reads of the cached clearance list. */
export interface ClearanceSource {
  page(after: string, limit: number, text: string): readonly ListedClearance[];
  find(id: string): ListedClearance | undefined;
  close(): void;
}

export interface ClearanceRoutes {
  readonly list: ClearanceSource;
  readonly imports: ImportDesk;
  /** Where the list lies as operations signed it. */
  readonly archivePath: string;
}

/** Media type of a file of signed messages, one a line. */
export const SIGNED_LIST = "application/x-ndjson";

const PageQuery = Type.Object({
  after: Type.String({ maxLength: 64, default: "" }),
  limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
  text: Type.String({ maxLength: 64, default: "" }),
});
interface PageQuery {
  readonly after: string;
  readonly limit: number;
  readonly text: string;
}

/**
 * The clearance list, and its way in without operations: what is imported was signed by them, so who brings the file
 * need not prove anything.
 */
export function addClearanceRoutes(app: FastifyInstance, { list, imports, archivePath }: ClearanceRoutes): void {
  app.get<{ Querystring: PageQuery }>("/clearances", { schema: { querystring: PageQuery } }, ({ query }) =>
    list.page(query.after, query.limit, query.text),
  );
  app.get<{ Params: { id: string } }>("/clearances/:id", (request, reply) => {
    const { id } = request.params;
    const found = list.find(id);
    if (found !== undefined) return reply.send(found);
    return reply.code(404).send({ message: `there is no clearance ${id} on the list` });
  });
  app.get("/clearance-file", (_request, reply) => {
    if (!existsSync(archivePath)) return reply.code(404).send({ message: "no clearance list was received yet" });
    return reply.type(SIGNED_LIST).send(createReadStream(archivePath));
  });
  const bytes = { parseAs: "buffer", bodyLimit: SNAPSHOT_LIMIT_BYTES } as const;
  app.addContentTypeParser(SIGNED_LIST, bytes, (_request, body, done) => done(null, body));
  app.post<{ Body: Buffer }>("/clearance-file", { bodyLimit: SNAPSHOT_LIMIT_BYTES }, async (request, reply) => {
    try {
      return await imports.take(request.body);
    } catch (error) {
      if (!isLaneError(error)) throw error;
      return reply.code(403).send({ code: error.code, message: error.message });
    }
  });
}
