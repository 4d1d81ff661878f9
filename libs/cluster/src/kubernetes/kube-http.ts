import type { IncomingMessage } from 'node:http';
import { RequestContext, type HttpMethod } from '@kubernetes/client-node/dist/gen/http/http.js';
import { ClusterError } from '../errors';
import type { ClusterAccess } from './cluster-access';
import { ClusterAccessError } from './cluster-access-error';
import { KeptAliveLibrary, type OpenResponse } from './kept-alive-library';
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

/** HTTP to one API server. While the API server asks not to be called in a namespace, requests to it are refused unsent. */
export class KubeHttp {
  private readonly library: KeptAliveLibrary;
  private readonly holds = new NamespaceHolds();
  /** By `performance.now()`, ms. */
  answeredAt = -Infinity;

  /** `headers` are asked before each request. */
  constructor(
    private readonly access: ClusterAccess,
    private readonly headers: () => Readonly<Record<string, string>> = () => ({}),
  ) {
    this.library = new KeptAliveLibrary(access);
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
  async stream(request: KubeRequest): Promise<IncomingMessage> {
    this.holds.check(request.path);
    const response = await this.open(request, true);
    if (isOk(response.httpStatusCode)) return response.message;
    throw this.refused(await collect(response), request);
  }

  /** The API server has shown that it is there. */
  answered(): void {
    this.answeredAt = performance.now();
  }

  close(): void {
    this.library.close();
  }

  private refused({ status, body, retryAfter }: KubeAnswer, request: KubeRequest): ClusterError {
    const error = statusError(status, body, retryAfter, describe(request));
    this.holds.take(request.path, error);
    return error;
  }

  private async open(request: KubeRequest, isStream = false): Promise<OpenResponse> {
    const context = new KubeContext(urlOf(this.access.server, request), request.method);
    for (const [name, value] of Object.entries({ ...this.headers(), accept: request.accept ?? 'application/json' })) context.setHeaderParam(name, value);
    if (request.body !== undefined) {
      context.setHeaderParam('content-type', request.contentType ?? 'application/json');
      context.setBody(JSON.stringify(request.body));
    }
    if (request.signal) context.setSignal(request.signal);
    try {
      const response = await this.library.send(context, { isStream, ...(request.idleMs !== undefined && { idleMs: request.idleMs }) });
      this.answered();
      return response;
    } catch (error) {
      throw error instanceof ClusterAccessError ? error : unreachable(describe(request), error as NodeJS.ErrnoException);
    }
  }
}

/** client-node cuts the last slash off a URL, which a pod behind the API server's proxy may need. */
class KubeContext extends RequestContext {
  constructor(private readonly exact: string, method: HttpMethod) {
    super(exact, method);
  }

  override getUrl(): string {
    return this.exact;
  }
}

const isOk = (status: number): boolean => status >= 200 && status < 300;
const describe = ({ method, path }: KubeRequest): string => `${method} ${path}`;
export const unreachable = (what: string, error: NodeJS.ErrnoException): ClusterError => new ClusterError('unreachable', `${what}: ${error.code ?? error.message}`, { ref: what });

function urlOf(server: string, { path, query }: KubeRequest): string {
  const url = new URL(server + path);
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

async function collect({ httpStatusCode, headers, body }: OpenResponse): Promise<KubeAnswer> {
  try {
    return { status: httpStatusCode, body: await body.text(), retryAfter: headers['retry-after'] };
  } catch (error) {
    throw unreachable('answer', error as NodeJS.ErrnoException);
  }
}
