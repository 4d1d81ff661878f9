import { isClusterError, retryability, type ObjectRef } from '@alloy/cluster';
import { ClusterAccess } from '../../../libs/cluster/src/kubernetes/cluster-access';
import { loadKubeConfig } from '../../../libs/cluster/src/kubernetes/kube-config';
import { KubeHttp } from '../../../libs/cluster/src/kubernetes/kube-http';
import { resourcePath } from '../../../libs/cluster/src/resources';
import { nodeLabels, type Pod } from '@alloy/playground/pods';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 250;

export const podRef = ({ metadata: { namespace, name } }: Pod): ObjectRef => ({ apiVersion: 'v1', kind: 'Pod', namespace, name });

/** The requests of a node to the API server. Each is repeated while the server is unreachable, until `close`. */
export class NodeApi {
  private closed = false;

  private constructor(private readonly http: KubeHttp) {}

  static async connect(kubeconfig: string): Promise<NodeApi> {
    return new NodeApi(new KubeHttp(new ClusterAccess(() => loadKubeConfig({ kubeconfig }))));
  }

  /** Creates the node unless it exists, and reports its status. */
  async register(name: string, status: unknown): Promise<void> {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: nodeLabels(name) } };
    await this.persist(() => this.http.json({ method: 'POST', path: '/api/v1/nodes', body: node }));
    await this.patchStatus(`/api/v1/nodes/${name}`, { status });
  }

  /** Binds a pod to the node. No effect on a pod that is already bound. */
  async bind(pod: Pod, node: string): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    };
    await this.persist(() => this.http.json({ method: 'POST', path: `${resourcePath(podRef(pod))}/binding`, body }));
  }

  /** Reports the status of a pod. No effect if the pod was deleted, or replaced by another one with the same name. */
  async report(pod: Pod, status: unknown): Promise<void> {
    await this.patchStatus(resourcePath(podRef(pod)), { metadata: { uid: pod.metadata.uid }, status });
  }

  /** Deletes the object of a pod that has ended. */
  async remove(pod: Pod): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } };
    await this.persist(() => this.http.json({ method: 'DELETE', path: resourcePath(podRef(pod)), body }));
  }

  async event(pod: Pod, component: string, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
    const { name, namespace, uid, resourceVersion } = pod.metadata;
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    const involvedObject = { apiVersion: 'v1', kind: 'Pod', name, namespace, uid, resourceVersion };
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${name}.`, namespace },
      involvedObject,
      type,
      reason,
      message,
      source: { component },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
    await this.persist(() => this.http.json({ method: 'POST', path: `/api/v1/namespaces/${namespace}/events`, body }));
  }

  /** The data of a ConfigMap or Secret; undefined if it does not exist. */
  async dataOf(kind: 'configmaps' | 'secrets', namespace: string, name: string): Promise<Readonly<Record<string, string>> | undefined> {
    const object = await this.persist(() =>
      this.http.json<{ readonly data?: Readonly<Record<string, string>> }>({
        method: 'GET',
        path: `/api/v1/namespaces/${namespace}/${kind}/${name}`,
      }),
    );
    return object && (object.data ?? {});
  }

  close(): void {
    this.closed = true;
    this.http.close();
  }

  private async patchStatus(path: string, body: unknown): Promise<void> {
    await this.persist(() =>
      this.http.json({ method: 'PATCH', path: `${path}/status`, body, contentType: 'application/merge-patch+json' }),
    );
  }

  /**
   * Returns undefined if the API server refuses the request for good, because the object is gone or already in that
   * state.
   */
  private async persist<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    while (!this.closed) {
      try {
        return await attempt();
      } catch (error) {
        if (!isClusterError(error)) throw error;
        if (isClusterError(error, 'invalid')) process.stderr.write(`test node: ${error.message}\n`);
        if (retryability[error.code] !== 'later') return undefined;
        await delay(RETRY_MS);
      }
    }
    return undefined;
  }
}
