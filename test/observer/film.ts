import { FENCE_ANNOTATION, type KubeObject } from '@alloy/contracts';
import { replay, type Revision, type Step } from './revision';

type Metadata = Readonly<Record<string, unknown>>;

/** A hand-written sequence of revisions, as from a cluster; each call is one write, by the given manager. */
export class Film {
  private readonly revisions: Revision[] = [];
  private readonly live = new Map<string, KubeObject>();

  /** Stores the object with a new resourceVersion, the annotation `fence` and the manager `by`. */
  put(
    kind: string,
    name: string,
    rest: Readonly<Record<string, unknown>>,
    { by = 'controller', fence, metadata = {} }: { by?: string; fence?: string; metadata?: Metadata } = {},
  ): this {
    const key = `${kind}/${name}`;
    const at = this.revisions.length + 1;
    const was = this.live.get(key);
    const managedFields = [
      ...((was?.metadata['managedFields'] as object[] | undefined) ?? []).filter((entry) => (entry as { manager: string }).manager !== by),
      { manager: by, time: String(at) },
    ];
    const given = metadata['annotations'] as object | undefined;
    const annotations = { ...was?.metadata.annotations, ...given, ...(fence ? { [FENCE_ANNOTATION]: fence } : {}) };
    const object: KubeObject = {
      apiVersion: 'v1', kind, ...rest,
      metadata: { uid: `uid-${key}`, ...metadata, annotations, name, managedFields, resourceVersion: String(at) },
    };
    this.live.set(key, object);
    this.revisions.push({ at, type: 'stored', object });
    return this;
  }

  delete(kind: string, name: string): this {
    const object = this.live.get(`${kind}/${name}`)!;
    this.live.delete(`${kind}/${name}`);
    this.revisions.push({ at: this.revisions.length + 1, type: 'deleted', object });
    return this;
  }

  deployment(
    name: string,
    replicas: number,
    {
      by = 'alloy-scale',
      fence,
      image = 'v1',
      maxUnavailable = 0,
    }: { by?: string; fence?: string; image?: string; maxUnavailable?: number } = {},
  ): this {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } };
    return this.put(
      'Deployment',
      name,
      { spec: { replicas, strategy, template: { spec: { containers: [{ name: 'web', image }] } } } },
      { by, fence },
    );
  }

  /** The ReplicaSet of a Deployment, with its desired replicas. */
  replicaSet(deployment: string, replicas: number): this {
    return this.put(
      'ReplicaSet',
      `${deployment}-1`,
      { spec: { replicas } },
      { metadata: { ownerReferences: [{ kind: 'Deployment', name: deployment, uid: `uid-Deployment/${deployment}`, controller: true }] } },
    );
  }

  pod(deployment: string, name: string, { ready = true, going = false }: { ready?: boolean; going?: boolean } = {}): this {
    const ownerReferences = [{ kind: 'ReplicaSet', name: `${deployment}-1`, uid: `uid-ReplicaSet/${deployment}-1`, controller: true }];
    const labels = { app: 'shop', 'alloy.dev/track': deployment.endsWith('-canary') ? 'canary' : 'stable' };
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
    return this.put(
      'Pod',
      name,
      { status },
      { metadata: { labels, ownerReferences, ...(going ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) } },
    );
  }

  service(selector: Readonly<Record<string, string>>, by = 'kubectl'): this {
    return this.put('Service', 'web', { spec: { selector } }, { by });
  }

  /** A canary Ingress with one path to the Service, and these annotations by their short names. */
  canaryIngress(annotations: Readonly<Record<string, string>>, service = 'web-canary', by = 'alloy-route'): this {
    const named = Object.entries({ canary: 'true', ...annotations }).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]);
    const rules = [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service } } }] } }];
    return this.put('Ingress', service, { spec: { rules } }, { by, metadata: { annotations: Object.fromEntries(named) as object } });
  }

  /** An HTTPRoute with one rule that gives the Services these weights. */
  route(weights: Readonly<Record<string, number>>, by = 'alloy-route'): this {
    const backendRefs = Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight }));
    return this.put('HTTPRoute', 'shop', { spec: { rules: [{ backendRefs }] } }, { by });
  }

  /** A write of Alloy to a route of another kind. */
  routeOf(kind: string, spec: object): this {
    return this.put(kind, 'shop', { spec }, { by: 'alloy-route' });
  }

  /** An EndpointSlice of the Service with these ready pods; default of the Service `web`. */
  slice(name: string, pods: readonly string[], service = 'web'): this {
    const endpoints = pods.map((pod) => ({ conditions: { ready: true }, targetRef: { name: pod } }));
    return this.put('EndpointSlice', name, { endpoints }, { metadata: { labels: { 'kubernetes.io/service-name': service } } });
  }

  /** All endpoints of the Service `web`. */
  endpoints(pods: readonly string[]): this {
    return this.slice('web-1', pods);
  }

  /** That many ready pods of it, with their ReplicaSet. */
  running(deployment: string, pods: number, options: { by?: string; fence?: string } = {}): this {
    this.deployment(deployment, pods, options).replicaSet(deployment, pods);
    for (let index = 0; index < pods; index += 1) this.pod(deployment, `${deployment}-${index}`);
    return this;
  }

  get steps(): readonly Step[] {
    return replay(this.revisions);
  }
}
