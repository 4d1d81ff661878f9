import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it arrived by OTLP over HTTP in JSON. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  /** OTLP's numbers: 1 internal, 2 server, 3 client, 4 producer. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: the root of its trace, as far as Alloy knows. */
  readonly parentId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}
type Pairs = ReadonlyArray<{ readonly key: string; readonly value: Value }>;
interface Body {
  readonly resourceSpans: ReadonlyArray<{
    readonly resource: { readonly attributes: Pairs };
    readonly scopeSpans: ReadonlyArray<{
      readonly spans: ReadonlyArray<{ readonly name: string; readonly kind: number; readonly traceId: string; readonly spanId: string; readonly parentSpanId?: string; readonly attributes?: Pairs }>;
    }>;
  }>;
}

/** What a collector would get: an HTTP server that takes `POST /v1/traces`. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const receiver: OtlpReceiver = new OtlpReceiver(createServer((request, response) => {
      // A service that is killed breaks off in the middle of what it sends.
      receiver.take(request).then((status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'), () => response.destroy());
    }));
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage): Promise<number> {
    if (request.method !== 'POST' || request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') return 404;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Body;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(read(resource.attributes)['service.name']);
      const spans = scopeSpans.flatMap((scope) => scope.spans);
      this.spans.push(...spans.map(({ parentSpanId = '', attributes = [], name, kind, traceId, spanId }) => ({ service, name, kind, traceId, spanId, parentId: parentSpanId, attributes: read(attributes) })));
    }
    return 200;
  }
}

const read = (pairs: Pairs): Readonly<Record<string, unknown>> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue]));
