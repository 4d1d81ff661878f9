export interface ReadPiecesOptions {
  /** Aborted: reading stops without an error. */
  readonly signal: AbortSignal;
  /** Milliseconds without data after which the connection counts as broken. */
  readonly silence: number;
}

/** No data arrived for too long. */
export class Silence extends Error {
  readonly code = 'silence';
  constructor(seconds: number) {
    super(`no data for ${seconds} s`);
    this.name = 'Silence';
  }
}

/**
 * The chunks of a body as they arrive. It listens to `signal` itself, because `fetch` no longer aborts a body once the
 * combined signal
 * was garbage-collected. Throws `Silence`, and connection errors.
 */
export async function* readPieces(body: ReadableStream<Uint8Array>, { signal, silence }: ReadPiecesOptions): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let isSilent = false;
  const stop = (): void => void reader.cancel().catch(() => undefined);
  const wait = (): NodeJS.Timeout => setTimeout(() => ((isSilent = true), stop()), silence);
  signal.addEventListener('abort', stop, { once: true });
  let timer = wait();
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read();
      if (isSilent) throw new Silence(silence / 1_000);
      if (done) return;
      clearTimeout(timer);
      timer = wait();
      yield value;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    stop();
  }
}
