import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import type { PromiseHttpLibrary, RequestContext, ResponseBody } from '@kubernetes/client-node';
import { ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import type { ClusterAccess, Credentials } from './cluster-access';

export interface SendOptions {
  /** Without a byte for that long the request is given up; default 30 s. */
  readonly idleMs?: number;
  /** A stream has a connection of its own; default false. */
  readonly isStream?: boolean;
}

const IDLE_MS = 30_000;
const MAX_SOCKETS = 32;

/**
 * client-node's port for HTTP, over kept-alive connections: its own library opens one for each request. It authenticates by `access`, whatever the request holds.
 * Streams have connections of their own, as many as there are: they stay open and would take all away from the rest.
 */
export class KeptAliveLibrary implements PromiseHttpLibrary {
  private readonly agents = new Map<string, http.Agent>();

  constructor(private readonly access: ClusterAccess) {}

  /** Rejects with Node's error, or `ClusterAccessError`. A request that is refused with 401 had no effect: it is sent once more if there are newer credentials. */
  async send(request: RequestContext, options: SendOptions = {}): Promise<OpenResponse> {
    const credentials = await this.access.credentials();
    const response = await this.open(request, credentials, options);
    if (response.httpStatusCode !== 401 || !this.access.renew(credentials)) return response;
    response.message.resume();
    return this.open(request, await this.access.credentials(), options);
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
  }

  private open(request: RequestContext, credentials: Credentials, { idleMs = IDLE_MS, isStream = false }: SendOptions): Promise<OpenResponse> {
    for (const [name, value] of Object.entries(credentials.headers)) request.setHeaderParam(name, value);
    const url = new URL(request.getUrl());
    const body = request.getBody() as string | undefined;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const signal = request.getSignal();
    // The agent keeps connections by certificate: after a rotation new requests open new ones.
    const options = { ...credentials.tls, method: request.getHttpMethod(), headers: { ...request.getHeaders(), ...length }, agent: this.agentFor(url, credentials, isStream), ...(signal && { signal }) };
    return new Promise((resolve, reject) => {
      const sent = (url.protocol === 'https:' ? https : http).request(url, options, (message) => resolve(new OpenResponse(message)));
      sent.setTimeout(idleMs, () => sent.destroy(new Error('timed out')));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  private agentFor({ protocol }: URL, { proxy, agent }: Credentials, isStream: boolean): http.Agent {
    const key = `${protocol} ${proxy} ${isStream}`;
    const kept = this.agents.get(key) ?? keptAlive(protocol, proxy, agent, isStream ? Infinity : MAX_SOCKETS);
    this.agents.set(key, kept);
    return kept;
  }
}

function keptAlive(protocol: string, proxy: string | undefined, ofClientNode: http.Agent, maxSockets: number): http.Agent {
  // Node's own agents know no SOCKS.
  if (proxy?.startsWith('socks')) return socks(ofClientNode, maxSockets);
  const proxyEnv = proxy === undefined ? undefined : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
  return new (protocol === 'https:' ? https : http).Agent({ keepAlive: true, keepAliveMsecs: 10_000, maxSockets, ...(proxyEnv && { proxyEnv }) });
}

/** Without the certificates that client-node gave to it, which would win over those of a request. */
function socks(agent: http.Agent, maxSockets: number): http.Agent {
  const { ca: _ca, cert: _cert, key: _key, ...options } = (agent as https.Agent).options;
  return Object.assign(agent, { keepAlive: true, maxSockets, options });
}

/** An answer whose body is still to be read. */
export class OpenResponse extends ResponseContext {
  constructor(readonly message: http.IncomingMessage) {
    const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)] as const);
    super(message.statusCode ?? 0, Object.fromEntries(headers), new OpenBody(message));
  }
}

class OpenBody implements ResponseBody {
  constructor(private readonly message: http.IncomingMessage) {}

  async binary(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.message) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  async text(): Promise<string> {
    return (await this.binary()).toString('utf8');
  }

  stream(): ReadableStream<Uint8Array> {
    return Readable.toWeb(this.message) as ReadableStream<Uint8Array>;
  }
}
