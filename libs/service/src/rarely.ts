/** Default for `rarely`, ms. */
const EVERY_MS = 10_000;

/**
 * Passes on the first of many similar errors, then one per `everyMs` with the number in between, so that a server that
 * is down for an hour does not cause four lines a second.
 */
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
