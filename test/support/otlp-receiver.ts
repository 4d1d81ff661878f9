import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeTraces } from './otlp-protobuf';

/** A span received over OTLP. */
export interface ReceivedSpan {
  readonly service: string;
  /** Name of the instrumentation. */
  readonly scope: string;
  readonly name: string;
  /** OTLP's numbers: 1 internal, 2 server, 3 client, 4 producer. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: the root of its trace. */
  readonly parentId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  /** Its status is an error. */
  readonly failed: boolean;
}

/** A received export. */
export interface Export {
  /** `/v1/traces`, `/v1/metrics`; for gRPC the name of the service. */
  readonly path: string;
  readonly protocol: 'http/protobuf' | 'http/json' | 'grpc';
  readonly headers: IncomingHttpHeaders;
  readonly spans: number;
  /** The whole content as text. */
  readonly text: string;
}

export interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}
export type OtlpPairs = ReadonlyArray<{ readonly key: string; readonly value: OtlpValue }>;
export interface OtlpBody {
  readonly resourceSpans: ReadonlyArray<{
    readonly resource: { readonly attributes: OtlpPairs };
    readonly scopeSpans: ReadonlyArray<{
      readonly scope: { readonly name: string };
      readonly spans: ReadonlyArray<{
        readonly name: string;
        readonly kind: number;
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly attributes?: OtlpPairs;
        readonly events?: ReadonlyArray<{ readonly name: string; readonly attributes?: OtlpPairs }>;
        readonly status?: { readonly code?: number; readonly message?: string };
      }>;
    }>;
  }>;
}

const ERROR = 2;
const GRPC_PREFIX = 5;

/** Receives exports like a collector, by OTLP over HTTP (protobuf, JSON) or gRPC. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly exports: Export[] = [];

  private constructor(
    private readonly server: Server | Http2Server,
    private readonly closeConnections: () => void,
  ) {}

  /** Over HTTP; `respond: false`: it accepts connections and never responds. */
  static async start({ respond = true } = {}): Promise<OtlpReceiver> {
    const server = createServer((request, response) => {
      if (!respond) return;
      // A service that is killed may stop in the middle of an export.
      receiver.takeHttp(request).then(
        (status) => response.writeHead(status, { 'content-type': request.headers['content-type'] ?? 'text/plain' }).end(),
        () => response.destroy(),
      );
    });
    const receiver: OtlpReceiver = new OtlpReceiver(server, () => server.closeAllConnections());
    return receiver.listen();
  }

  static async startGrpc(): Promise<OtlpReceiver> {
    const sessions = new Set<ServerHttp2Session>();
    const server = createHttp2Server();
    const receiver: OtlpReceiver = new OtlpReceiver(server, () => sessions.forEach((session) => session.destroy()));
    server.on('session', (session: ServerHttp2Session) => sessions.add(session));
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      receiver.takeGrpc(stream, headers).catch(() => stream.close());
    });
    return receiver.listen();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.closeConnections();
    await closed;
  }

  private async listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  private async takeHttp(request: IncomingMessage): Promise<number> {
    const protocols: Readonly<Record<string, Export['protocol']>> = {
      'application/x-protobuf': 'http/protobuf',
      'application/json': 'http/json',
    };
    const protocol = protocols[request.headers['content-type'] ?? ''];
    if (request.method !== 'POST' || protocol === undefined) return 404;
    const sent = await read(request);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    this.take(request.url ?? '', protocol, request.headers, body);
    return 200;
  }

  private async takeGrpc(stream: ServerHttp2Stream, headers: IncomingHttpHeaders & { readonly ':path'?: string }): Promise<void> {
    const message = (await read(stream)).subarray(GRPC_PREFIX);
    this.take(headers[':path'] ?? '', 'grpc', headers, message);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(GRPC_PREFIX));
  }

  private take(path: string, protocol: Export['protocol'], headers: IncomingHttpHeaders, body: Buffer): void {
    const isTraces = path === '/v1/traces' || path.endsWith('TraceService/Export');
    const spans = isTraces ? spansOf(protocol === 'http/json' ? (JSON.parse(body.toString()) as OtlpBody) : decodeTraces(body)) : [];
    this.spans.push(...spans);
    this.exports.push({ path, protocol, headers, spans: spans.length, text: body.toString('latin1') });
  }
}

async function read(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const spansOf = ({ resourceSpans }: OtlpBody): readonly ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(({ parentSpanId = '', attributes = [], status, name, kind, traceId, spanId }) => {
        const described = valuesOf(resource.attributes);
        return {
          service: String(described['service.name']),
          scope: scope.name,
          name,
          kind,
          traceId,
          spanId,
          parentId: parentSpanId,
          attributes: valuesOf(attributes),
          resource: described,
          failed: status?.code === ERROR,
        };
      }),
    ),
  );

const valuesOf = (pairs: OtlpPairs): Readonly<Record<string, unknown>> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue]));
