import type { DeviceContext, DeviceEvent, DeviceHealth } from "#contract/device";

type EventOf<Type extends DeviceEvent["type"]> = Extract<DeviceEvent, { readonly type: Type }>;

/** A device context with the real clocks that keeps everything posted to it. */
export class Recorder implements DeviceContext {
  readonly events: DeviceEvent[] = [];
  readonly clock = { monotonic: () => performance.now(), utc: () => Date.now() };

  post(event: DeviceEvent): void {
    this.events.push(event);
  }

  of<Type extends DeviceEvent["type"]>(type: Type): EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type);
  }

  /** The health last posted. */
  get health(): DeviceHealth | undefined {
    return this.of("health").at(-1)?.health;
  }

  get healthy(): boolean {
    return this.health?.state === "up";
  }

  /** The fault code last posted; undefined when healthy. */
  get fault(): string | undefined {
    return this.health?.fault?.code;
  }
}
