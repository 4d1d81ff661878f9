import http from 'node:http';
import https from 'node:https';
import { ClusterError } from '../errors';
import type { ClusterAccess } from './cluster-access';
import { NamespaceHolds } from './namespace-holds';
import { statusError } from './status-error';

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Default `application/json`. */
  readonly accept?: string;
  /** Without a byte for that long the request is given up; default 30 s. */
  readonly idleMs?: number;
  readonly signal?: AbortSignal;
}

export interface KubeAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

const IDLE_MS = 30_000;
const MAX_SOCKETS = 32;

/**
 * HTTP to one API server over kept-alive connections. While the API server asks not to be called in a namespace, requests to it are refused unsent. Streams have connections of their own, as many as there are: they stay open and would take all away from the rest.
 */
export class KubeHttp {
  private readonly agent: http.Agent;
  private readonly streams: http.Agent;
  private readonly transport: typeof http | typeof https;
  private readonly holds = new NamespaceHolds();
  /** By `performance.now()`, ms. */
  answeredAt = -Infinity;

  /** `headers` are asked before each request. */
  constructor(
    private readonly access: ClusterAccess,
    private readonly headers: () => Readonly<Record<string, string>> = () => ({}),
  ) {
    const secure = access.server.protocol === 'https:';
    const { ca, cert, key, rejectUnauthorized, servername } = access;
    const agent = (maxSockets: number): http.Agent => {
      const shared = { keepAlive: true, keepAliveMsecs: 10_000, maxSockets };
      return secure ? new https.Agent({ ...shared, ca, cert, key, rejectUnauthorized: rejectUnauthorized ?? true, servername }) : new http.Agent(shared);
    };
    this.agent = agent(MAX_SOCKETS);
    this.streams = agent(Infinity);
    this.transport = secure ? https : http;
  }

  /** The whole answer, whatever its status. Rejects with `unreachable`, and while the namespace is held. A read whose kept-alive connection was just closed is tried once more. */
  async send(request: KubeRequest): Promise<KubeAnswer> {
    this.holds.check(request.path);
    const attempt = async (): Promise<KubeAnswer> => collect(await this.open(request));
    return attempt().catch((error: unknown) => {
      if (request.method !== 'GET' || request.signal?.aborted || !(error instanceof ClusterError)) throw error;
      return attempt();
    });
  }

  /** The parsed answer; rejects with `ClusterError` unless it is 2xx. */
  async json<T>(request: KubeRequest): Promise<T> {
    const answer = await this.send(request);
    if (!isOk(answer.status)) throw this.refused(answer, request);
    return JSON.parse(answer.body) as T;
  }

  /** The open answer of a 2xx, to be read line by line. */
  async stream(request: KubeRequest): Promise<http.IncomingMessage> {
    this.holds.check(request.path);
    const response = await this.open(request, this.streams);
    if (isOk(response.statusCode ?? 0)) return response;
    throw this.refused(await collect(response), request);
  }

  /** The API server has shown that it is there. */
  answered(): void {
    this.answeredAt = performance.now();
  }

  close(): void {
    this.agent.destroy();
    this.streams.destroy();
  }

  private refused({ status, body, retryAfter }: KubeAnswer, request: KubeRequest): ClusterError {
    const error = statusError(status, body, retryAfter, describe(request));
    this.holds.take(request.path, error);
    return error;
  }

  private async open(request: KubeRequest, agent = this.agent): Promise<http.IncomingMessage> {
    const authorization = await this.access.authorization();
    const payload = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const headers = {
      ...this.headers(),
      accept: request.accept ?? 'application/json',
      ...(authorization !== undefined && { authorization }),
      ...(payload && { 'content-type': request.contentType ?? 'application/json', 'content-length': String(payload.length) }),
    };
    return new Promise((resolve, reject) => {
      const options = { method: request.method, headers, agent, ...(request.signal && { signal: request.signal }) };
      const answered = (response: http.IncomingMessage): void => {
        this.answered();
        resolve(response);
      };
      const sent = this.transport.request(urlOf(this.access.server, request), options, answered);
      sent.setTimeout(request.idleMs ?? IDLE_MS, () => sent.destroy(new Error('timed out')));
      sent.on('error', (error: NodeJS.ErrnoException) => reject(unreachable(describe(request), error)));
      sent.end(payload);
    });
  }
}

const isOk = (status: number): boolean => status >= 200 && status < 300;
const describe = ({ method, path }: KubeRequest): string => `${method} ${path}`;
export const unreachable = (what: string, error: NodeJS.ErrnoException): ClusterError => new ClusterError('unreachable', `${what}: ${error.code ?? error.message}`, { ref: what });

function urlOf(server: URL, { path, query }: KubeRequest): URL {
  const url = new URL(server.href.replace(/\/$/, '') + path);
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

async function collect(response: http.IncomingMessage): Promise<KubeAnswer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw unreachable('answer', error as NodeJS.ErrnoException);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8'), retryAfter: response.headers['retry-after'] };
}
