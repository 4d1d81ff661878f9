import { once } from 'node:events';
import http, { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A held write to the API server. */
export interface HeldWrite {
  readonly method: string;
  readonly path: string;
  /** Forwards the write; returns the API server's response. */
  release(): Promise<{ readonly status: number; readonly body: string }>;
  /** Closes the connection to the client, which gets no response; the write can still be forwarded. */
  cut(): void;
}

/**
 * A request with a complete response, which watches never have. `begun`, `ended`: positions in the order of all
 * requests.
 */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly asked: string;
  readonly status: number;
  readonly answered: string;
  readonly begun: number;
  readonly ended: number;
}

/** `begunAt`, `endedAt`: ms since 1970. */
export interface TimedExchange extends Exchange {
  readonly begunAt: number;
  readonly endedAt: number;
}

/** A response in place of the API server's. */
export interface Instead {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

type Matcher = (method: string, path: string) => boolean;

/** Idle connections are closed before the server closes them. */
const IDLE_MS = 20_000;

/** Whether the request changes nothing, whatever its method. */
export const isDryRun = (path: string): boolean => /[?&]dryRun=/.test(path);
const isWatch = (path: string): boolean => /[?&]watch=(true|1)/.test(path);

/**
 * An HTTP proxy in front of an API server: it reports requests, can hold writes, answer in place of the server, and
 * make watches silent.
 */
export class ApiProxy {
  /**
   * Called with the response to each forwarded request, when its status has arrived. `retryAfter`: its header, seconds.
   */
  onAnswer: (method: string, path: string, status: number, retryAfter?: string) => void = () => undefined;
  /** Called for each request with a complete response. */
  onExchange: ((exchange: TimedExchange) => void) | undefined;
  /** Called for each request; undefined: it is forwarded to the API server. */
  instead: (method: string, path: string) => Instead | undefined = () => undefined;
  private readonly watches = new Set<{ readonly from: IncomingMessage; readonly to: ServerResponse }>();
  private readonly agent: http.Agent | false;
  private readonly holds = new Map<Matcher, (write: HeldWrite) => void>();
  private order = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    this.agent = target.protocol === 'https:' ? new https.Agent({ keepAlive: true, timeout: IDLE_MS, rejectUnauthorized: false }) : false;
  }

  /** `target`: the API server; its certificate is not checked. */
  static async start(target: URL): Promise<ApiProxy> {
    const server = createServer();
    const proxy = new ApiProxy(server, target);
    server.on('request', (asked, answer) => proxy.handle(asked, answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /**
   * Resolves with the next write that matches; the proxy holds it until it is released. `taken` is called
   * synchronously.
   */
  hold(matcher: Matcher, taken: () => void = () => undefined): Promise<HeldWrite> {
    return new Promise((resolve) => {
      this.holds.set(matcher, (write) => {
        taken();
        resolve(write);
      });
    });
  }

  /** Holds no further write. */
  letAllPass(): void {
    this.holds.clear();
  }

  /** The open watches report nothing more, and do not end; returns their number. New watches work. */
  silenceWatches(): number {
    const silenced = [...this.watches];
    for (const { from, to } of silenced) {
      from.unpipe(to);
      from.resume();
    }
    this.watches.clear();
    return silenced.length;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    if (this.agent) this.agent.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private handle(asked: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url = '/' } = asked;
    const instead = this.instead(method, url);
    if (instead) {
      asked.resume();
      answer.writeHead(instead.status, { 'content-type': 'application/json', ...instead.headers }).end(instead.body);
      return;
    }
    const [matcher, onHeld] = isDryRun(url) ? [] : ([...this.holds].find(([matches]) => matches(method, url)) ?? []);
    if (!matcher) return this.pipe(asked, answer);
    this.holds.delete(matcher);
    const body = gather(asked);
    onHeld?.({ method, path: url, release: () => this.forwardWhole(asked, answer, body), cut: () => void asked.socket.destroy() });
  }

  private pipe(asked: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url: path = '/' } = asked;
    const report = this.record(method, path, () => gather(asked));
    const sent = this.request(asked, (got) => {
      this.onAnswer(method, path, got.statusCode ?? 502, got.headers['retry-after']);
      answer.writeHead(got.statusCode ?? 502, got.headers);
      answer.flushHeaders();
      report?.(got);
      got.pipe(answer);
      got.on('error', () => answer.destroy());
      if (isWatch(path)) this.keep({ from: got, to: answer });
    });
    sent.on('error', () => answer.destroy());
    answer.on('close', () => sent.destroy());
    asked.pipe(sent);
  }

  /** Collects both bodies; undefined if there is no listener, or the request has no end. */
  private record(method: string, path: string, gathered: () => () => string): ((got: IncomingMessage) => void) | undefined {
    const { onExchange } = this;
    if (!onExchange || isWatch(path)) return undefined;
    const begun = (this.order += 1);
    const begunAt = Date.now();
    const asked = gathered();
    return (got) => {
      const answered = gather(got);
      got.on('end', () =>
        onExchange({
          method, path, asked: asked(), status: got.statusCode ?? 502, answered: answered(),
          begun, ended: (this.order += 1), begunAt, endedAt: Date.now(),
        }),
      );
    };
  }

  private keep(watch: { readonly from: IncomingMessage; readonly to: ServerResponse }): void {
    this.watches.add(watch);
    watch.to.on('close', () => this.watches.delete(watch));
  }

  private request(asked: IncomingMessage, onAnswer: (got: IncomingMessage) => void): http.ClientRequest {
    const options = { method: asked.method, headers: asked.headers, agent: this.agent };
    const sent = (this.agent ? https : http).request(new URL(asked.url ?? '/', this.target), options, onAnswer);
    sent.on('socket', (socket: Socket) => socket.setNoDelay(true));
    return sent;
  }

  /** `text`: the body of `asked` so far. */
  private async forwardWhole(
    asked: IncomingMessage,
    answer: ServerResponse,
    text: () => string,
  ): Promise<{ status: number; body: string }> {
    if (!asked.complete && !asked.destroyed) await once(asked, 'end');
    const report = this.record(asked.method ?? 'GET', asked.url ?? '/', () => text);
    return new Promise((resolve, reject) => {
      if (!asked.complete)
        return reject(new Error(`the client closed the connection of ${asked.method} ${asked.url} before it had sent the body`));
      const sent = this.request(asked, (got) => {
        report?.(got);
        const body = gather(got);
        got.on('end', () => {
          if (!answer.destroyed) answer.writeHead(got.statusCode ?? 502, got.headers).end(body());
          resolve({ status: got.statusCode ?? 502, body: body() });
        });
      });
      sent.on('error', reject);
      sent.end(text());
    });
  }
}

/** The content of a stream as text; complete after its end. */
function gather(stream: IncomingMessage): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
