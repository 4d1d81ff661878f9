/** Default for `rarely`, ms. */
const EVERY_MS = 10_000;

/** Lets the first of many like errors through, then one per `everyMs` with how many there were meanwhile: a server that is away for an hour is not worth a line four times a second. */
export function rarely(log: (error: unknown, meanwhile: number) => void, everyMs = EVERY_MS): (error: unknown) => void {
  let last = -Infinity;
  let meanwhile = 0;
  return (error) => {
    meanwhile += 1;
    if (performance.now() - last < everyMs) return;
    log(error, meanwhile);
    last = performance.now();
    meanwhile = 0;
  };
}
