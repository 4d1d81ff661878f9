import type { KubeObject } from '@alloy/contracts';
import { ClusterError, isClusterError } from '../errors';
import type {
  ApplyOptions, Cluster, CreateOptions, ObjectRef, PatchOptions, PatchType, Preconditions, ProxyAnswer, ProxyTarget, Query, Watching,
  WatchEvent, WatchOptions,
} from '../ports';
import { knownResource, resourcePath, type Located } from '../resources';
import { applyBody } from './apply-body';
import type { ClusterAccess } from './cluster-access';
import { Discovery } from './discovery';
import { KubeHttp } from './kube-http';
import { listAll } from './list-all';
import { Reflector, type ReflectorOptions } from './reflector';

const patchTypes: Readonly<Record<PatchType, string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};
const dryRunQuery = (dryRun = false): { readonly dryRun?: 'All' } => (dryRun ? { dryRun: 'All' } : {});
const APPLY_PATCH = 'application/apply-patch+yaml';

export interface ClusterOptions extends ReflectorOptions {
  /** Returns headers for a request, e.g. `traceparent`; called before each request. Default: none. */
  readonly headers?: () => Readonly<Record<string, string>>;
}

/** A Kubernetes API server, or another server with its HTTP API. */
export class KubernetesCluster implements Cluster {
  private readonly http: KubeHttp;
  private readonly watches = new Set<Reflector>();
  private readonly discovery: Discovery;

  constructor(
    access: ClusterAccess,
    private readonly options: ClusterOptions = {},
  ) {
    this.http = new KubeHttp(access, options.headers);
    this.discovery = new Discovery(this.http);
  }

  get answeredAt(): number {
    return this.http.answeredAt;
  }

  get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return orUndefined(this.pathOf(ref).then((path) => this.http.json<KubeObject>({ method: 'GET', path })));
  }

  async list(query: Query): Promise<readonly KubeObject[]> {
    const listed = await orUndefined(this.pathOf(query).then((path) => listAll(this.http, query, undefined, path)));
    return listed?.items ?? [];
  }

  async create(object: KubeObject, manager: string, { dropsUnknownFields = false }: CreateOptions = {}): Promise<KubeObject> {
    const { apiVersion, kind, metadata } = object;
    try {
      return await this.http.json({
        method: 'POST',
        path: await this.pathOf({ apiVersion, kind, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) }),
        query: { fieldManager: manager, fieldValidation: dropsUnknownFields ? 'Warn' : 'Strict' },
        body: applyBody(object),
      });
    } catch (error) {
      // On a creation only the kind itself can be missing, so retrying cannot help.
      if (isClusterError(error, 'not_found'))
        throw new ClusterError('invalid', `this API server knows no ${kind} of ${apiVersion}`, error.details);
      throw error;
    }
  }

  async apply(object: KubeObject, { manager, force = false, dryRun }: ApplyOptions): Promise<KubeObject> {
    const { apiVersion, kind, metadata: { name, namespace } } = object;
    const path = await this.pathOf({ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) });
    return this.http.json({
      method: 'PATCH',
      path,
      query: { fieldManager: manager, force, fieldValidation: 'Strict', ...dryRunQuery(dryRun) },
      body: applyBody(object),
      contentType: APPLY_PATCH,
    });
  }

  async patch(
    ref: ObjectRef, type: PatchType, body: unknown, manager: string, { dryRun, isStrict }: PatchOptions = {},
  ): Promise<KubeObject> {
    return this.http.json({
      method: 'PATCH',
      path: await this.pathOf(ref),
      query: { fieldManager: manager, ...dryRunQuery(dryRun), ...(isStrict && { fieldValidation: 'Strict' }) },
      body,
      contentType: patchTypes[type],
    });
  }

  async scale(ref: ObjectRef, replicas: number, resourceVersion: string, manager: string): Promise<string> {
    const body = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: ref.name, namespace: ref.namespace, resourceVersion },
      spec: { replicas },
    };
    const scale = await this.http.json<KubeObject>({
      method: 'PUT',
      path: `${resourcePath(ref)}/scale`,
      query: { fieldManager: manager },
      body,
    });
    return scale.metadata.resourceVersion ?? '';
  }

  async delete(ref: ObjectRef, preconditions: Preconditions): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions };
    await orUndefined(this.pathOf(ref).then((path) => this.http.json({ method: 'DELETE', path, body })));
  }

  watch(query: Query, onEvent: (event: WatchEvent) => void, { keep, onFailure }: WatchOptions = {}): Watching {
    const reflector = new Reflector(this.http, query, onEvent, {
      ...this.options,
      ...(keep && { keep }),
      onError: (error) => {
        this.options.onError?.(error);
        onFailure?.(error);
      },
    });
    this.watches.add(reflector);
    return {
      objects: reflector.objects,
      synced: reflector.synced,
      get failure() {
        return reflector.failure;
      },
      retry: () => reflector.retry(),
      stop: () => {
        reflector.stop();
        this.watches.delete(reflector);
      },
    };
  }

  async serves(apiVersion: string, kind: string): Promise<boolean> {
    return (await this.discovery.find({ apiVersion, kind })) !== undefined;
  }

  async isNamespaced(apiVersion: string, kind: string): Promise<boolean | undefined> {
    return (await this.discovery.find({ apiVersion, kind }))?.namespaced;
  }

  async podProxyGet(
    namespace: string,
    pod: string,
    { port, path, scheme = 'http', accept = '*/*' }: ProxyTarget,
    timeoutMs = 5_000,
  ): Promise<ProxyAnswer> {
    const pods = resourcePath({ apiVersion: 'v1', kind: 'Pod', namespace });
    const name = `${scheme === 'https' ? 'https:' : ''}${encodeURIComponent(pod)}:${port}`;
    const [pathname = '/', search = ''] = path.split('?');
    const answer = await this.http.send({
      method: 'GET',
      path: `${pods}/${name}/proxy${pathname.startsWith('/') ? '' : '/'}${pathname}`,
      query: Object.fromEntries(new URLSearchParams(search)),
      accept,
      idleMs: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: answer.status, body: answer.body };
  }

  close(): Promise<void> {
    for (const reflector of this.watches) reflector.stop();
    this.watches.clear();
    this.http.close();
    return Promise.resolve();
  }

  /** The path of one object. Rejects with `not_found` if the server does not serve its kind. */
  private async pathOf(ref: Located): Promise<string> {
    const resource = knownResource(ref) ?? (await this.discovery.find(ref));
    if (!resource) throw new ClusterError('not_found', `this API server knows no ${ref.kind} of ${ref.apiVersion}`);
    return resourcePath(ref, resource);
  }
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isClusterError(error, 'not_found', 'namespace_missing')) return undefined;
    throw error;
  }
}
