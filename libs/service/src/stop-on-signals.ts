/** Longest time that an orderly stop may take, ms. */
const PATIENCE_MS = 15_000;

/**
 * Closes and exits with 0 on the first SIGTERM or SIGINT; exits with 1 if closing fails or takes too long.
 * Ignores later signals: Ctrl-C reaches the whole process group, and a supervisor sends its own signal in addition.
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
