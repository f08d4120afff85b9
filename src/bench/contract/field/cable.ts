import { FaultyLink, type LinkFault, type LinkTarget } from "#devices/transport/common/faulty-link";

type Options = Readonly<Record<string, unknown>>;

/** A device's connection, led through the bench so that it can be cut and disturbed. */
export interface Cable {
  readonly link: FaultyLink;
  /** The driver's options with the bench in the place of the device; known once the link is started. */
  options(): Options;
}

/**
 * A cable for a device as it is configured, or undefined where none can be put in between: a serial port, or TLS, whose
 * certificate names the machine.
 */
export function cableFor(options: Options): Cable | undefined {
  const through = (target: LinkTarget, replaced: (link: FaultyLink) => Options): Cable => {
    const link = new FaultyLink(() => target);
    return { link, options: () => ({ ...options, ...replaced(link) }) };
  };
  const { host, port, line, endpoint, url } = options;
  if (typeof host === "string" && typeof port === "number") {
    return through({ host, port }, (link) => ({ host: "127.0.0.1", port: link.port }));
  }
  if (typeof line === "string" && line.startsWith("tcp://")) {
    return through(targetOf(line, 0), (link) => ({ line: `tcp://127.0.0.1:${link.port}` }));
  }
  if (typeof endpoint === "string") {
    return through(targetOf(endpoint, 4840), (link) => ({ endpoint: moved(endpoint, "127.0.0.1", link.port) }));
  }
  if (typeof url === "string" && url.startsWith("mqtt://")) {
    return through(targetOf(url, 1883), (link) => ({ url: moved(url, "127.0.0.1", link.port) }));
  }
  if (typeof url === "string" && url.startsWith("http://")) {
    // By name: a camera on this very machine names its addresses by number, and those must not lead past the cable.
    return through(targetOf(url, 80), (link) => ({ url: moved(url, "localhost", link.port) }));
  }
  return undefined;
}

/** The faults of a wire, by the names of the checks. @param timeoutMs what the driver waits for one answer. */
export function wireFault(name: string, timeoutMs: number): LinkFault {
  switch (name) {
    case "silence":
      return { kind: "silent" };
    case "late":
      return { kind: "late", ms: timeoutMs * 2 };
    case "drop":
      return { kind: "drop" };
    default:
      return { kind: "garbage", bytes: Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n") };
  }
}

function targetOf(address: string, defaultPort: number): LinkTarget {
  // Node parses the host of an unknown scheme as it stands, and that of http without its default port.
  const { hostname, port } = new URL(address);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? defaultPort : Number(port) };
}

function moved(address: string, host: string, port: number): string {
  return address.replace(/^([a-z.]+:\/\/)(?:\[[^\]]*\]|[^/:]*)(?::\d+)?/, `$1${host}:${port}`);
}
