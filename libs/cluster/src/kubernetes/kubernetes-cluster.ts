import type { KubeObject } from '@alloy/contracts';
import { ClusterError, isClusterError } from '../errors';
import type {
  ApplyOptions, Cluster, CreateOptions, DryRunOptions, ObjectRef, PatchType, Preconditions, ProxyAnswer, ProxyTarget, Query, Watching,
  WatchEvent, WatchOptions,
} from '../ports';
import { resourcePath } from '../resources';
import { applyBody } from './apply-body';
import type { ClusterAccess } from './cluster-access';
import { KubeHttp, type KubeRequest } from './kube-http';
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
  /** By apiVersion: the kinds that the server serves. */
  private readonly served = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(
    access: ClusterAccess,
    private readonly options: ClusterOptions = {},
  ) {
    this.http = new KubeHttp(access, options.headers);
  }

  get answeredAt(): number {
    return this.http.answeredAt;
  }

  get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return orUndefined(this.http.json<KubeObject>({ method: 'GET', path: resourcePath(ref) }));
  }

  async list(query: Query): Promise<readonly KubeObject[]> {
    const listed = await orUndefined(listAll(this.http, query));
    return listed?.items ?? [];
  }

  async create(object: KubeObject, manager: string, { dropsUnknownFields = false }: CreateOptions = {}): Promise<KubeObject> {
    const { apiVersion, kind, metadata } = object;
    try {
      return await this.http.json({
        method: 'POST',
        path: resourcePath({ apiVersion, kind, namespace: metadata.namespace }),
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
    const path = resourcePath({ ...object, namespace: object.metadata.namespace, name: object.metadata.name });
    return this.http.json({
      method: 'PATCH',
      path,
      query: { fieldManager: manager, force, fieldValidation: 'Strict', ...dryRunQuery(dryRun) },
      body: applyBody(object),
      contentType: APPLY_PATCH,
    });
  }

  patch(ref: ObjectRef, type: PatchType, body: unknown, manager: string, { dryRun }: DryRunOptions = {}): Promise<KubeObject> {
    return this.http.json({
      method: 'PATCH',
      path: resourcePath(ref),
      query: { fieldManager: manager, ...dryRunQuery(dryRun) },
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
    const request: KubeRequest = {
      method: 'DELETE',
      path: resourcePath(ref),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions },
    };
    await orUndefined(this.http.json(request));
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
    const kinds = this.served.get(apiVersion) ?? this.discover(apiVersion);
    this.served.set(apiVersion, kinds);
    return (await kinds).has(kind);
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

  private async discover(apiVersion: string): Promise<ReadonlySet<string>> {
    try {
      const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      const found = await orUndefined(
        this.http.json<{ readonly resources?: ReadonlyArray<{ readonly kind: string }> }>({ method: 'GET', path }),
      );
      return new Set((found?.resources ?? []).map((resource) => resource.kind));
    } catch (error) {
      this.served.delete(apiVersion);
      throw error;
    }
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
