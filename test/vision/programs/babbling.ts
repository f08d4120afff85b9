// A child that says things that are not messages before it answers properly, and answers everything twice.
process.on("message", (message) => {
  const { id } = message as { id: number };
  const recognition = { readings: [], modelHash: "f", elapsedMs: 1, width: 1, height: 1 };
  const answer = { type: "read", id, recognition, residentBytes: 1 };
  for (const noise of [
    null,
    7,
    "read",
    {},
    { type: "read" },
    { type: "failed", id, error: { code: "NOPE" } },
    { type: "read", id: -1, recognition, residentBytes: 1 },
  ]) {
    process.send?.(noise);
  }
  process.send?.(answer);
  process.send?.(answer);
});
process.send?.({ type: "ready" });
