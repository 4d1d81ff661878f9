import { readFileSync } from 'node:fs';

/** A Deployment as far as tests look at it. */
export interface SeenDeployment {
  readonly name: string;
  readonly tag: string;
  readonly replicas: number;
  readonly ready: number;
}

interface RawDeployment {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly replicas: number; readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } } };
  readonly status?: { readonly readyReplicas?: number };
}

/** The playground's API by plain HTTP, past all of Alloy. */
export class PlaygroundApi {
  readonly url: URL;
  private readonly config: { clusters: { cluster: { server: string } }[]; users: { user: { token: string } }[] };

  constructor(kubeconfig: string) {
    this.config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as typeof this.config;
    // Its port speaks both, and fetch does not know its own certificate.
    this.url = new URL(this.config.clusters[0]!.cluster.server.replace('https:', 'http:'));
  }

  /** The same kubeconfig by way of another address, over HTTP. */
  kubeconfigVia(url: string): string {
    return JSON.stringify({ ...this.config, clusters: [{ ...this.config.clusters[0], cluster: { server: url } }] });
  }

  async createNamespace(name: string): Promise<void> {
    await this.ask('/api/v1/namespaces', { method: 'POST', body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }) });
  }

  async deployments(namespace: string): Promise<readonly SeenDeployment[]> {
    const { items } = (await this.ask(`/apis/apps/v1/namespaces/${namespace}/deployments`)) as { items: readonly RawDeployment[] };
    return items.map(({ metadata, spec, status }) => ({
      name: metadata.name,
      tag: spec.template.spec.containers[0]!.image.split(':').at(-1)!,
      replicas: spec.replicas,
      ready: status?.readyReplicas ?? 0,
    }));
  }

  private async ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.config.users[0]!.user.token}`, 'content-type': 'application/json' };
    const answer = await fetch(new URL(path, this.url), { ...init, headers });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}
