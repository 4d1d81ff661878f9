/** Longest time that an orderly stop may take, ms. */
const PATIENCE_MS = 15_000;

/**
 * On the first SIGTERM or SIGINT closes and exits 0; when closing fails or takes too long, exits 1.
 * Later signals change nothing: Ctrl-C reaches the whole group, and a supervisor sends its own on top.
 */
export function stopOnSignals(close: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
    close().then(() => process.exit(0), () => process.exit(1));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
