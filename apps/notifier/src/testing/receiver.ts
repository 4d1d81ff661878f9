import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- inspected by tests only
  readonly json: any;
  /** Of the receiver's monotonic clock, ms. */
  readonly at: number;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * An HTTP receiver for tests: returns the configured answers in order, then 200; `stall` does not answer until it is
 * closed or released.
 */
export class Receiver {
  readonly got: Received[] = [];
  readonly replies: Array<Reply | 'stall' | Promise<Reply>> = [];
  private constructor(private readonly server: Server) {}

  static async open(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void receiver.answer(Buffer.concat(chunks).toString(), request.url ?? '', request.headers).then((reply) => {
        if (reply !== 'stall') response.writeHead(reply.status ?? 200, reply.headers ?? {}).end(reply.body ?? 'ok');
      }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  url(path = '/hook'): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(text: string, path: string, headers: IncomingHttpHeaders): Promise<Reply | 'stall'> {
    this.got.push({ path, headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined, at: performance.now() });
    return (await this.replies.shift()) ?? {};
  }
}
