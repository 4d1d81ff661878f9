import { once } from 'node:events';
import http, { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A write on its way to the API server. */
export interface HeldWrite {
  readonly method: string;
  readonly path: string;
  /** Lets it go on; gives the API server's answer to it. */
  release(): Promise<{ readonly status: number; readonly body: string }>;
  /** Closes the connection to the client, which gets no answer; the write can still go on. */
  cut(): void;
}

/** A request that was answered whole; watches never are. `begun`, `ended`: places in the order of all that came by. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly asked: string;
  readonly status: number;
  readonly answered: string;
  readonly begun: number;
  readonly ended: number;
}

/** An answer in the API server's stead. */
export interface Instead {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

type Matcher = (method: string, path: string) => boolean;

/** Connections are let go before the server does. */
const IDLE_MS = 20_000;

const isWatch = (path: string): boolean => /[?&]watch=(true|1)/.test(path);

/** An HTTP proxy in front of an API server: it tells what comes by, can hold writes, answer in the server's stead, and let watches fall silent. */
export class ApiProxy {
  /** Told of the answer to each request that was piped, when its status has come. `retryAfter`: its header, seconds. */
  onAnswer: (method: string, path: string, status: number, retryAfter?: string) => void = () => undefined;
  /** Told of each request that was answered whole. */
  onExchange: ((exchange: Exchange) => void) | undefined;
  /** Asked about each request; undefined: it goes on to the API server. */
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

  /** Resolves with the next write that matches; it stays here until it is released. `taken` is called at once, before anything else happens. */
  hold(matcher: Matcher, taken: () => void = () => undefined): Promise<HeldWrite> {
    return new Promise((resolve) => {
      this.holds.set(matcher, (write) => {
        taken();
        resolve(write);
      });
    });
  }

  /** Holds nothing any more. */
  letAllPass(): void {
    this.holds.clear();
  }

  /** The watches that are open tell nothing any more, and do not end either; gives how many. Those that are opened from now on work. */
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
    const [matcher, onHeld] = [...this.holds].find(([matches]) => matches(method, url)) ?? [];
    if (!matcher) return this.pipe(asked, answer);
    this.holds.delete(matcher);
    const body = gather(asked);
    onHeld?.({ method, path: url, release: () => this.forwardWhole(asked, answer, body), cut: () => void asked.socket.destroy() });
  }

  private pipe(asked: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url: path = '/' } = asked;
    const tell = this.record(method, path, () => gather(asked));
    const sent = this.request(asked, (got) => {
      this.onAnswer(method, path, got.statusCode ?? 502, got.headers['retry-after']);
      answer.writeHead(got.statusCode ?? 502, got.headers);
      answer.flushHeaders();
      tell?.(got);
      got.pipe(answer);
      got.on('error', () => answer.destroy());
      if (isWatch(path)) this.keep({ from: got, to: answer });
    });
    sent.on('error', () => answer.destroy());
    answer.on('close', () => sent.destroy());
    asked.pipe(sent);
  }

  /** Gathers both bodies as they pass; undefined where nobody listens, or there is no end to wait for. */
  private record(method: string, path: string, gathered: () => () => string): ((got: IncomingMessage) => void) | undefined {
    const { onExchange } = this;
    if (!onExchange || isWatch(path)) return undefined;
    const begun = (this.order += 1);
    const asked = gathered();
    return (got) => {
      const answered = gather(got);
      got.on('end', () => onExchange({ method, path, asked: asked(), status: got.statusCode ?? 502, answered: answered(), begun, ended: (this.order += 1) }));
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

  /** `text`: the body of `asked`, as far as it has come. */
  private async forwardWhole(asked: IncomingMessage, answer: ServerResponse, text: () => string): Promise<{ status: number; body: string }> {
    if (!asked.complete && !asked.destroyed) await once(asked, 'end');
    const tell = this.record(asked.method ?? 'GET', asked.url ?? '/', () => text);
    return new Promise((resolve, reject) => {
      if (!asked.complete) return reject(new Error(`the client closed the connection of ${asked.method} ${asked.url} before it had sent the body`));
      const sent = this.request(asked, (got) => {
        tell?.(got);
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

/** What a stream brings, as text; whole once it has ended. */
function gather(stream: IncomingMessage): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
