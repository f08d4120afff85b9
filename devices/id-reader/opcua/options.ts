import Type, { type Static } from "typebox";
import { REPORT_OPTIONS } from "../../transport/common/report-options.ts";
import { NODE_ID_PATTERN } from "../../transport/opcua/node-ids.ts";
import { opcUaConnectionOptions } from "../../transport/opcua/options.ts";
import { ID_READER_OPTIONS } from "../options.ts";

/** Options of the driver `opcua-id-reader`, without `class` and `driver`. */
export const IdReaderOpcUaOptionsSchema = Type.Object(
  {
    ...opcUaConnectionOptions,
    reader: Type.String({
      pattern: NODE_ID_PATTERN,
      description:
        "Node of the reader, an object of RfidReaderDeviceType or OpticalReaderDeviceType (OPC 30010), as nsu=<namespace>;s=<name>",
    }),
    ...ID_READER_OPTIONS,
    startScan: Type.Boolean({
      default: true,
      description: "Let an idle reader scan without end (ScanStart); false: something else starts it",
    }),
    publishingMs: Type.Integer({
      minimum: 50,
      maximum: 2000,
      default: 100,
      description: "How often the server sends what was read, milliseconds",
    }),
    ...REPORT_OPTIONS,
  },
  { additionalProperties: false },
);

export type IdReaderOpcUaOptions = Static<typeof IdReaderOpcUaOptionsSchema>;
