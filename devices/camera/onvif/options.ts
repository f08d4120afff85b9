import Type, { type Static } from "typebox";
import type { BrokerSettings } from "../../transport/onvif/broker-events.ts";

/** Options of the `onvif-camera` driver. Paths are absolute by the time they come here. */
export const OnvifCameraOptionsSchema = Type.Object(
  {
    url: Type.String({
      pattern: "^https?://[^\\s/@]+(/[^\\s]*)?$",
      maxLength: 256,
      description: "Device service, usually http://<camera>/onvif/device_service. No user name in it",
    }),
    username: Type.String({
      // Neither XML nor the digest header escapes a user name in what cameras and their clients agree on.
      pattern: "^[A-Za-z0-9._@-]{1,64}$",
      description: "A user of the camera made for this lane, with the right to see pictures and events",
    }),
    passwordFile: Type.String({
      minLength: 1,
      maxLength: 1024,
      description: "File with the password on one line: 1 to 128 printable ASCII characters",
    }),
    task: Type.Union([Type.Literal("container"), Type.Literal("plate")], {
      description: "What its pictures are expected to show",
    }),
    plateEvents: Type.Boolean({ default: false, description: "Also take the plates that the camera reads itself" }),
    eventsUrl: Type.Optional(
      Type.String({
        pattern: "^mqtts?://[^\\s/@]+$",
        maxLength: 256,
        description:
          "Broker to which the camera publishes its plates as ONVIF events in JSON; absent: asked of the camera",
      }),
    ),
    eventsPrefix: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9_.:-]{1,64}(/[A-Za-z0-9_.:-]{1,64}){0,7}$",
        description: "First levels of the camera's topics at that broker, before /onvif-ej; absent: onvif",
      }),
    ),
    eventsUsername: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: "User name at that broker" }),
    ),
    eventsPasswordFile: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: "File with the password for that broker on one line" }),
    ),
    eventsCaFile: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: "PEM of what signed that broker's certificate" }),
    ),
    timeoutMs: Type.Integer({
      minimum: 200,
      maximum: 30_000,
      default: 3_000,
      description: "Time for one answer, a whole picture included, milliseconds",
    }),
    maxImageBytes: Type.Integer({
      minimum: 65_536,
      maximum: 16_777_216,
      default: 16_777_216,
      description: "Largest picture accepted, bytes",
    }),
    caFile: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: "PEM of what signed the camera's certificate, for https with a certificate of the site's own",
      }),
    ),
  },
  { additionalProperties: false },
);

export type OnvifCameraOptions = Static<typeof OnvifCameraOptionsSchema>;

/** The broker that the camera publishes to, or undefined when its plates are asked of the camera itself. */
export function brokerOf(options: OnvifCameraOptions): BrokerSettings | undefined {
  const { eventsUrl: url, eventsPrefix: prefix = "onvif", eventsUsername, eventsPasswordFile, eventsCaFile } = options;
  if (url === undefined) return undefined;
  return {
    url,
    prefix,
    ...(eventsUsername === undefined ? {} : { username: eventsUsername }),
    ...(eventsPasswordFile === undefined ? {} : { passwordFile: eventsPasswordFile }),
    ...(eventsCaFile === undefined ? {} : { caFile: eventsCaFile }),
  };
}
