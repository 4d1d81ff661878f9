// Node ends with 0 when the event loop runs empty, whatever was still awaited. Import this first: the exit code is 1 until `succeed` is called.
process.exitCode = 1;

/** Call it last, once the result is known to be good. */
export function succeed() {
  process.exitCode = 0;
}
