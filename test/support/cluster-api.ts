import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { parse, stringify } from 'yaml';

/** The fields of a Deployment that tests read. */
export interface SeenDeployment {
  readonly name: string;
  readonly tag: string;
  readonly replicas: number;
  readonly ready: number;
}

interface RawDeployment {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status?: { readonly readyReplicas?: number };
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly name: string; readonly cluster: { readonly server: string } }];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

const readKubeconfig = (path: string): Kubeconfig => parse(readFileSync(path, 'utf8')) as Kubeconfig;

/** The same kubeconfig with another address, over HTTP. */
export function kubeconfigVia(path: string, url: string): string {
  const config = readKubeconfig(path);
  return stringify({ ...config, clusters: [{ name: config.clusters[0].name, cluster: { server: url } }] });
}

export interface Asked {
  /** Default GET. */
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** User on whose behalf the request is made (`Impersonate-User`); default: the kubeconfig's. */
  readonly asUser?: string;
}

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** Pause between the end of a held request and the next one, ms. */
const HOLD_AGAIN_MS = 20;

/**
 * An API server over plain HTTP(S), without Alloy; its certificate is not checked. The kubeconfig has one cluster and
 * one user with a token.
 */
export class ClusterApi {
  readonly url: URL;
  private readonly authorization: string;
  private readonly agent: http.Agent;

  /** `plain`: without TLS, on the same port; the playground serves both. */
  constructor(kubeconfig: string, { plain = false } = {}) {
    const {
      clusters: [
        {
          cluster: { server },
        },
      ],
      users: [{ user }],
    } = readKubeconfig(kubeconfig);
    this.authorization = `Bearer ${user.token}`;
    this.url = new URL(plain ? server.replace('https:', 'http:') : server);
    // A separate connection for each request, because the server may have closed a kept one.
    this.agent =
      this.url.protocol === 'https:'
        ? new https.Agent({ keepAlive: false, rejectUnauthorized: false })
        : new http.Agent({ keepAlive: false });
  }

  async createNamespace(name: string): Promise<void> {
    await this.json({ method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } });
  }

  async deployments(namespace: string): Promise<readonly SeenDeployment[]> {
    const { items } = await this.json<{ readonly items: readonly RawDeployment[] }>({
      path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    });
    return items.map(({ metadata, spec, status }) => ({
      name: metadata.name,
      tag: spec.template.spec.containers[0]!.image.split(':').at(-1)!,
      replicas: spec.replicas,
      ready: status?.readyReplicas ?? 0,
    }));
  }

  /** The parsed response. Rejects unless it is 2xx. */
  async json<T = unknown>(asked: Asked): Promise<T> {
    const { status, body } = await this.send(asked);
    if (status >= 300) throw new Error(`${asked.method ?? 'GET'} ${asked.path} was answered ${status}: ${body}`);
    return JSON.parse(body) as T;
  }

  /** The response with any status. */
  async send(asked: Asked): Promise<Answered> {
    const response = await this.open(asked);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
  }

  /** The response as a stream, with any status. */
  open(
    { method = 'GET', path, body, contentType = 'application/json', asUser }: Asked,
    signal?: AbortSignal,
  ): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = this.begin({ method, path, contentType: body === undefined ? undefined : contentType, asUser }, signal)
        .once('response', resolve)
        .once('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /**
   * Posts a body that never ends, and posts it again after each response or disconnection, until the returned function
   * is called.
   */
  holdOpen({ path, asUser }: Pick<Asked, 'path' | 'asUser'>): () => void {
    const held = new AbortController();
    const post = (): void => {
      if (held.signal.aborted) return;
      const sent = this.begin({ method: 'POST', path, contentType: 'application/json', asUser }, held.signal);
      sent.once('response', (response) => response.resume().once('close', () => sent.destroy()));
      sent.on('error', () => {}).once('close', () => setTimeout(post, HOLD_AGAIN_MS));
      sent.write('{');
    };
    post();
    return () => held.abort();
  }

  private begin(
    {
      method, path, contentType, asUser,
    }: { readonly method: string; readonly path: string; readonly contentType: string | undefined; readonly asUser: string | undefined },
    signal?: AbortSignal,
  ): http.ClientRequest {
    const headers = {
      authorization: this.authorization,
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(asUser !== undefined && { 'impersonate-user': asUser }),
    };
    const { request } = this.url.protocol === 'https:' ? https : http;
    return request(new URL(path, this.url), { method, headers, agent: this.agent, ...(signal && { signal }) });
  }

  close(): void {
    this.agent.destroy();
  }
}
