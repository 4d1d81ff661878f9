import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A write on its way to the API server. */
export interface HeldWrite {
  readonly method: string;
  readonly path: string;
  /** Lets it go on; gives the API server's answer to it. */
  release(): Promise<{ readonly status: number; readonly body: string }>;
}

type Matcher = (method: string, path: string) => boolean;

/** An HTTP proxy in front of an API server, which can hold one write. */
export class ApiProxy {
  /** Told of the answer to each request that was piped, when its status has come. */
  onAnswer: (method: string, path: string, status: number) => void = () => undefined;
  private matcher: Matcher | undefined;
  private onHeld: (write: HeldWrite) => void = () => undefined;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  /** `target`: the API server, over HTTP. */
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
  hold(matcher: Matcher, taken: () => void): Promise<HeldWrite> {
    return new Promise((resolve) => {
      this.matcher = matcher;
      this.onHeld = (write) => {
        taken();
        resolve(write);
      };
    });
  }

  /** Holds nothing any more. */
  letAllPass(): void {
    this.matcher = undefined;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private handle(asked: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url = '/' } = asked;
    if (!this.matcher?.(method, url)) return this.pipe(asked, answer);
    this.matcher = undefined;
    this.onHeld({ method, path: url, release: () => this.forwardWhole(asked, answer) });
  }

  private pipe(asked: IncomingMessage, answer: ServerResponse): void {
    const sent = request(new URL(asked.url ?? '/', this.target), { method: asked.method, headers: asked.headers, agent: false }, (got) => {
      this.onAnswer(asked.method ?? 'GET', asked.url ?? '/', got.statusCode ?? 502);
      answer.writeHead(got.statusCode ?? 502, got.headers);
      answer.flushHeaders();
      got.pipe(answer);
      got.on('error', () => answer.destroy());
    });
    sent.on('error', () => answer.destroy());
    answer.on('close', () => sent.destroy());
    asked.pipe(sent);
  }

  private forwardWhole(asked: IncomingMessage, answer: ServerResponse): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(new URL(asked.url ?? '/', this.target), { method: asked.method, headers: asked.headers, agent: false }, (got) => {
        const chunks: Buffer[] = [];
        got.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
          const body = Buffer.concat(chunks);
          answer.writeHead(got.statusCode ?? 502, got.headers).end(body);
          resolve({ status: got.statusCode ?? 502, body: body.toString('utf8') });
        });
      });
      sent.on('error', reject);
      asked.pipe(sent);
    });
  }
}
