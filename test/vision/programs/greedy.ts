// A child that answers every request and claims to hold more memory each time.
let answered = 0;
process.on("message", (message) => {
  const { id } = message as { id: number };
  answered++;
  const recognition = { readings: [], modelHash: String(process.pid), elapsedMs: 1, width: 1, height: 1 };
  process.send?.({ type: "read", id, recognition, residentBytes: answered * 1_000_000 });
});
process.send?.({ type: "ready" });
