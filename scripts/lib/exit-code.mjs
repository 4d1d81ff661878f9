// Node exits with 0 when the event loop runs empty, even if work is pending. Import this first: the exit code is 1
// until `succeed` is called.
process.exitCode = 1;

/** Call this last, once the result is known to be good. */
export function succeed() {
  process.exitCode = 0;
}
