// A child that dies before it is ready.
process.exit(3);
