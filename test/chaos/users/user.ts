import type { KubeObject } from '@alloy/contracts';
import type { ClusterApi } from '../../support/cluster-api';
import { REPLICAS, WORKLOAD } from '../../support/manifests';
import type { Act } from './act';

export const RENAMED = `${WORKLOAD}-renamed`;
const REVISION = 'deployment.kubernetes.io/revision';
const STRATEGIC = 'application/strategic-merge-patch+json';
const BAD = /-(?:errors-50|crash)$/;

export type Deployment = KubeObject & {
  readonly spec: {
    readonly replicas: number;
    readonly template: Template;
  };
};
export interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: ReadonlyArray<{ readonly image: string; readonly [key: string]: unknown }> };
}

/** An act, with the Deployment that it wrote. `from`, `to`: ms since 1970. */
export interface Done {
  readonly from: number;
  readonly to: number;
  /** Whether there was something to do. */
  readonly isDone: boolean;
  readonly wrote?: Deployment;
}

/** A user with kubectl, who knows nothing of Alloy; sends what kubectl sends. */
export class User {
  constructor(
    private readonly api: ClusterApi,
    private readonly namespace: string,
    /** Uniform in [0, 1). */
    private readonly random: () => number,
  ) {}

  /** `kubectl create`, with the image tag v0 and two pods. */
  async createAll(objects: readonly KubeObject[]): Promise<void> {
    for (const object of objects) {
      const plural = `${object.kind.toLowerCase()}s`;
      const path = `${object.kind === 'Deployment' ? '/apis/apps/v1' : '/api/v1'}/namespaces/${this.namespace}/${plural}`;
      const text = JSON.stringify(object).replace(':replaced"', ':v0"');
      await this.api.json({ method: 'POST', path: `${path}?fieldManager=kubectl-create`, body: JSON.parse(text) });
    }
    await this.resetScale();
  }

  async act(act: Act): Promise<Done> {
    const from = Date.now();
    const result = await this[act]();
    return { from, to: Date.now(), isDone: result !== false, ...(typeof result === 'object' && { wrote: result }) };
  }

  /** Gives a renamed Deployment its name back. */
  async tidy(): Promise<void> {
    const renamed = await this.get<Deployment>(this.deployments(RENAMED));
    if (!renamed) return;
    await this.remove(this.deployments(RENAMED));
    if (!(await this.get(this.deployments()))) await this.create(renamed, WORKLOAD);
  }

  deployment(): Promise<Deployment | undefined> {
    return this.get<Deployment>(this.deployments());
  }

  isRenamed(): Promise<boolean> {
    return this.get(this.deployments(RENAMED)).then((found) => found !== undefined);
  }

  async resetScale(): Promise<void> {
    await this.patch(`${this.deployments()}/scale`, 'kubectl', { spec: { replicas: REPLICAS } });
  }

  /** `kubectl rollout undo` to the newest other version that worked. */
  protected async undo(): Promise<Deployment | false> {
    const live = await this.deployment();
    const { items } = await this.api.json<{ readonly items: readonly Deployment[] }>({
      path: `/apis/apps/v1/namespaces/${this.namespace}/replicasets`,
    });
    const own = items
      .filter((set) => ownerOf(set) === live?.metadata.uid)
      .filter(({ spec }) => !BAD.test(spec.template.spec.containers[0]!.image))
      .sort((one, other) => revisionOf(other) - revisionOf(one));
    const [, earlier] = own;
    if (!live || !earlier) return false;
    const { 'pod-template-hash': _, ...labels } = earlier.spec.template.metadata.labels;
    const value = { ...earlier.spec.template, metadata: { ...earlier.spec.template.metadata, labels } };
    return this.write(this.deployments(), 'kubectl', [{ op: 'replace', path: '/spec/template', value }], 'application/json-patch+json');
  }

  protected setEnv(): Promise<Deployment | false> {
    return this.template({ env: [{ name: 'BY_HAND', value: String(Math.floor(this.random() * 1_000)) }] }, 'kubectl-set');
  }

  protected async setImage(): Promise<Deployment | false> {
    const image = `registry.example.com/${this.namespace}/web:hotfix-${Math.floor(this.random() * 1_000)}`;
    return this.template({ image }, 'kubectl-set');
  }

  protected async scale(): Promise<boolean> {
    return this.patch(`${this.deployments()}/scale`, 'kubectl', { spec: { replicas: 1 + Math.floor(this.random() * 4) } });
  }

  protected async deletePods(): Promise<boolean> {
    return this.remove(`/api/v1/namespaces/${this.namespace}/pods`);
  }

  protected deleteDeployment(): Promise<boolean> {
    return this.remove(this.deployments());
  }

  protected deleteCanary(): Promise<boolean> {
    return this.remove(this.deployments(`${WORKLOAD}-canary`));
  }

  /** All of them, also the copies that pods read. */
  protected deleteConfigMap(): Promise<boolean> {
    return this.remove(`/api/v1/namespaces/${this.namespace}/configmaps`);
  }

  protected deleteService(): Promise<boolean> {
    return this.remove(`/api/v1/namespaces/${this.namespace}/services/${WORKLOAD}`);
  }

  /** `kubectl get -o yaml`, another name, `kubectl delete`, `kubectl create`. */
  protected async rename(): Promise<boolean> {
    const live = await this.deployment();
    if (!live || (await this.isRenamed())) return false;
    await this.remove(this.deployments());
    await this.create(live, RENAMED);
    return true;
  }

  private template(container: object, manager: string): Promise<Deployment | false> {
    return this.write(this.deployments(), manager, { spec: { template: { spec: { containers: [{ name: 'web', ...container }] } } } });
  }

  private async create({ apiVersion, kind, metadata: { labels = {}, annotations = {} }, spec }: Deployment, name: string): Promise<void> {
    const path = `/apis/apps/v1/namespaces/${this.namespace}/deployments?fieldManager=kubectl-create`;
    await this.api.json({ method: 'POST', path, body: { apiVersion, kind, metadata: { name, labels, annotations }, spec } });
  }

  private async patch(path: string, manager: string, body: unknown): Promise<boolean> {
    return (await this.write(path, manager, body)) !== false;
  }

  /** false: the object does not exist. */
  private async write(path: string, manager: string, body: unknown, contentType = STRATEGIC): Promise<Deployment | false> {
    const answer = await this.api.send({ method: 'PATCH', path: `${path}?fieldManager=${manager}`, contentType, body });
    return this.found<Deployment>(answer, path) ?? false;
  }

  private async remove(path: string): Promise<boolean> {
    return this.found(await this.api.send({ method: 'DELETE', path }), path) !== undefined;
  }

  private async get<T>(path: string): Promise<T | undefined> {
    return this.found<T>(await this.api.send({ path }), path);
  }

  private found<T>({ status, body }: { readonly status: number; readonly body: string }, path: string): T | undefined {
    if (status === 404) return undefined;
    if (status >= 300) throw new Error(`${path} was answered ${status}: ${body}`);
    return JSON.parse(body) as T;
  }

  private deployments(name: string = WORKLOAD): string {
    return `/apis/apps/v1/namespaces/${this.namespace}/deployments/${name}`;
  }
}

const ownerOf = ({ metadata }: KubeObject): string | undefined =>
  (metadata['ownerReferences'] as ReadonlyArray<{ readonly uid: string }> | undefined)?.[0]?.uid;
const revisionOf = ({ metadata }: KubeObject): number => Number(metadata.annotations?.[REVISION] ?? 0);
