import { Ajv } from "ajv";
import type { FastifyInstance, FastifyReply } from "fastify";
import Type from "typebox";
import { isLaneError } from "#contract/errors";
import { type SheetReport, SheetReportSchema } from "#store/commissioning-sheet";
import type { DeviceDesk, LampRequest } from "../devices/device-desk.ts";

const id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const lamp = Type.Object(
  { light: Type.Enum(["entry", "exit"]), colour: Type.Enum(["red", "green"]) },
  { additionalProperties: false },
);

/** One device of the lane, for people before it. */
export function addDeviceRoutes(app: FastifyInstance, desk: DeviceDesk): void {
  const known = (found: unknown, device: string, reply: FastifyReply) =>
    found === undefined
      ? reply.code(404).send({ message: `there is no device ${device}; lanectl device list names them` })
      : reply.send(found);
  const schema = { params: id };
  app.get<{ Params: { id: string } }>("/devices/:id", { schema }, (request, reply) =>
    known(desk.show(request.params.id), request.params.id, reply),
  );
  app.post<{ Params: { id: string } }>("/devices/:id/test", { schema }, async (request, reply) =>
    known(await desk.test(request.params.id), request.params.id, reply),
  );
  const isReport = new Ajv({ strict: true }).compile<SheetReport>(SheetReportSchema);
  app.post<{ Params: { id: string } }>("/devices/:id/sheet", { schema }, (request, reply) => {
    // Not checked by the framework: its validator would change what is to be signed.
    if (!isReport(request.body)) return reply.code(400).send({ message: "this is no report about a device" });
    return known(desk.sign(request.params.id, request.body), request.params.id, reply);
  });
  app.post<{ Params: { id: string }; Body: LampRequest }>(
    "/devices/:id/lamp",
    { schema: { params: id, body: lamp } },
    async (request, reply) => {
      try {
        await desk.lamp(request.params.id, request.body);
        return await reply.send({ ok: true });
      } catch (error) {
        if (!isLaneError(error)) throw error;
        return await reply.code(403).send({ code: error.code, message: error.message });
      }
    },
  );
}
