export interface ReadPiecesOptions {
  /** Aborted: no more is read, and nothing is thrown. */
  readonly signal: AbortSignal;
  /** Milliseconds without any piece after which the other end counts as gone. */
  readonly silence: number;
}

/** The other end has not shown a sign of life for too long. */
export class Silence extends Error {
  readonly code = 'silence';
  constructor(seconds: number) {
    super(`no sign of life for ${seconds} s`);
    this.name = 'Silence';
  }
}

/**
 * The pieces of a body as they come. It listens to `signal` by itself, since `fetch` does not hear that of a body any more once the signal that
 * combines it with others was collected as garbage. Throws `Silence`, and whatever breaks the connection.
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
