// A child that takes requests and dies of the first.
process.on("message", () => process.exit(134));
process.send?.({ type: "ready" });
