/** Exit codes of laned, those of sysexits.h. */
export const EXIT = { ok: 0, usage: 64, software: 70, config: 78 } as const;
