/** A received request. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Headers;
  /** Aborted when the client closes the connection. */
  readonly signal: AbortSignal | undefined;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- bodies are inspected by tests only
  readonly body: any;
}

/** Answers by route: JSON with 200, a problem by `problem`, or any response. */
export type Routes = Readonly<Record<string, (asked: Asked) => unknown>>;

export interface FakeApi {
  readonly fetch: typeof fetch;
  readonly asked: readonly Asked[];
}

export const problem = (status: number, code: string, detail: string, more: object = {}): Response =>
  new Response(JSON.stringify({ type: `urn:alloy:problem:${code}`, title: code, status, code, detail, ...more }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });

/** A server with exactly these routes, by `METHOD /path`. */
export function fakeApi(routes: Routes): FakeApi {
  const asked: Asked[] = [];
  return {
    asked,
    async fetch(input, init = {}) {
      const url = new URL(String(input));
      init.signal?.throwIfAborted();
      const request: Asked = {
        method: init.method ?? 'GET',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: new Headers(init.headers),
        signal: init.signal ?? undefined,
        body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      };
      asked.push(request);
      const answer = await routes[`${request.method} ${request.path}`]?.(request);
      if (answer instanceof Response) return answer;
      return answer === undefined ? problem(404, 'not_found', 'There is nothing there.') : Response.json(answer);
    },
  };
}

/** A live feed that sends what `speak` passes to its callback, until the client closes it. */
export function feed({ signal }: Asked, speak: (say: (text: string) => void) => void = () => {}): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      signal?.addEventListener('abort', () => controller.error(signal.reason), { once: true });
      speak((text) => controller.enqueue(encoder.encode(text)));
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}
