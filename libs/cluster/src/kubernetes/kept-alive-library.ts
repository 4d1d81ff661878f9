import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { openExchange, readBody } from '@alloy/runtime';
import type { PromiseHttpLibrary, RequestContext, ResponseBody } from '@kubernetes/client-node';
import { ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import type { ClusterAccess, Credentials } from './cluster-access';

export interface SendOptions {
  /** Time without any data after which the request fails; default 30 s. */
  readonly idleMs?: number;
  /** Whether the request gets its own connection because its response stays open; default false. */
  readonly isStream?: boolean;
}

const IDLE_MS = 30_000;
const MAX_SOCKETS = 32;

/**
 * An HTTP library for client-node that reuses connections; that of client-node opens one for each request. It
 * authenticates with the credentials of `access`, and ignores those of the request. Each stream has its own connection,
 * without a limit: streams stay open, and would use up the connections for other requests.
 */
export class KeptAliveLibrary implements PromiseHttpLibrary {
  private readonly agents = new Map<string, http.Agent>();

  constructor(private readonly access: ClusterAccess) {}

  /**
   * Sends a request. Rejects with Node's error or `ClusterAccessError`. A request that the API server refuses with 401
   * had no effect, so it is sent once more if there are newer credentials.
   */
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

  private open(
    request: RequestContext,
    credentials: Credentials,
    { idleMs = IDLE_MS, isStream = false }: SendOptions,
  ): Promise<OpenResponse> {
    for (const [name, value] of Object.entries(credentials.headers)) request.setHeaderParam(name, value);
    const url = new URL(request.getUrl());
    const signal = request.getSignal();
    // The agent reuses a connection only for the same certificate: after a rotation new requests open new connections.
    return openExchange(url, {
      ...credentials.tls,
      method: request.getHttpMethod(),
      headers: request.getHeaders(),
      body: request.getBody() as string | undefined,
      agent: this.agentFor(url, credentials, isStream),
      idleMs,
      ...(signal && { signal }),
    }).then((message) => new OpenResponse(message));
  }

  private agentFor({ protocol }: URL, { proxy, agent }: Credentials, isStream: boolean): http.Agent {
    const key = `${protocol} ${proxy} ${isStream}`;
    const kept = this.agents.get(key) ?? keptAlive(protocol, proxy, agent, isStream ? Infinity : MAX_SOCKETS);
    this.agents.set(key, kept);
    return kept;
  }
}

function keptAlive(protocol: string, proxy: string | undefined, ofClientNode: http.Agent, maxSockets: number): http.Agent {
  // The agents of Node do not support SOCKS.
  if (proxy?.startsWith('socks')) return socks(ofClientNode, maxSockets);
  const proxyEnv = proxy === undefined ? undefined : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
  return new (protocol === 'https:' ? https : http).Agent({
    keepAlive: true,
    keepAliveMsecs: 10_000,
    maxSockets,
    ...(proxyEnv && { proxyEnv }),
  });
}

/** The agent of client-node without its certificates, which would override those of a request. */
function socks(agent: http.Agent, maxSockets: number): http.Agent {
  const { ca: _ca, cert: _cert, key: _key, ...options } = (agent as https.Agent).options;
  return Object.assign(agent, { keepAlive: true, maxSockets, options });
}

/** A response whose body has not been read yet. */
export class OpenResponse extends ResponseContext {
  constructor(readonly message: http.IncomingMessage) {
    const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)] as const);
    super(message.statusCode ?? 0, Object.fromEntries(headers), new OpenBody(message));
  }
}

class OpenBody implements ResponseBody {
  constructor(private readonly message: http.IncomingMessage) {}

  binary(): Promise<Buffer> {
    return readBody(this.message);
  }

  async text(): Promise<string> {
    return (await this.binary()).toString('utf8');
  }

  stream(): ReadableStream<Uint8Array> {
    return Readable.toWeb(this.message) as ReadableStream<Uint8Array>;
  }
}
