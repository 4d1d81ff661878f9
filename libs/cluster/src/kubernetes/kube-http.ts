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
  /** Time without any data after which the request fails; default 30 s. */
  readonly idleMs?: number;
  readonly signal?: AbortSignal;
}

export interface KubeAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

/** HTTP to one API server. While Retry-After forbids calls in a namespace, requests to it fail without being sent. */
export class KubeHttp {
  private readonly library: KeptAliveLibrary;
  private readonly holds = new NamespaceHolds();
  /** Time of the last response, by `performance.now()`, ms. */
  answeredAt = -Infinity;

  /** `headers` is called before each request. */
  constructor(
    private readonly access: ClusterAccess,
    private readonly headers: () => Readonly<Record<string, string>> = () => ({}),
  ) {
    this.library = new KeptAliveLibrary(access);
  }

  /**
   * Returns the whole response, with any status. Rejects with `unreachable`, and with the last refusal while the
   * namespace is held. A GET that fails is tried once more, because the server may just have closed the kept-alive
   * connection.
   */
  async send(request: KubeRequest): Promise<KubeAnswer> {
    this.holds.check(request.path);
    const attempt = async (): Promise<KubeAnswer> => collect(await this.open(request));
    return attempt().catch((error: unknown) => {
      if (request.method !== 'GET' || request.signal?.aborted || !(error instanceof ClusterError)) throw error;
      return attempt();
    });
  }

  /** Returns the parsed response. Rejects with `ClusterError` unless the status is 2xx. */
  async json<T>(request: KubeRequest): Promise<T> {
    const answer = await this.send(request);
    if (!isOk(answer.status)) throw this.refused(answer, request);
    return JSON.parse(answer.body) as T;
  }

  /** Returns the open response, to be read line by line. Rejects with `ClusterError` unless the status is 2xx. */
  async stream(request: KubeRequest): Promise<IncomingMessage> {
    this.holds.check(request.path);
    const response = await this.open(request, true);
    if (isOk(response.httpStatusCode)) return response.message;
    throw this.refused(await collect(response), request);
  }

  /** Records that the API server has just responded. */
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
    for (const [name, value] of Object.entries({ ...this.headers(), accept: request.accept ?? 'application/json' }))
      context.setHeaderParam(name, value);
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

/** Keeps the last slash of a URL, which client-node removes, and which a pod behind the API server's proxy may need. */
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
export const unreachable = (what: string, error: NodeJS.ErrnoException): ClusterError =>
  new ClusterError('unreachable', `${what}: ${error.code ?? error.message}`, { ref: what });

function urlOf(server: string, { path, query }: KubeRequest): string {
  const url = new URL(server + path);
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

async function collect({ httpStatusCode, headers, body }: OpenResponse): Promise<KubeAnswer> {
  try {
    return { status: httpStatusCode, body: await body.text(), retryAfter: headers['retry-after'] };
  } catch (error) {
    throw unreachable('response body', error as NodeJS.ErrnoException);
  }
}
