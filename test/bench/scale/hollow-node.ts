import { connectCluster, type Cluster, type WatchEvent, type Watching } from '@alloy/cluster';
import { podStatus, type ContainerStatus, type Pod, type PodNetwork } from '@alloy/playground/pods';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Addresses } from '../../control-plane/node/addresses';
import { NodeApi } from '../../control-plane/node/api';

const NODE = 'hollow-node';
const PORT = 8080;
/** Requests that each pod claims to have answered, per second of its life. */
const REQUESTS_PER_SECOND = 50;
const CAPACITY = { cpu: '1000', memory: '1000Gi', pods: '10000' };
const NEVER_READY = /-slow$/;

interface HollowPod {
  readonly pod: Pod;
  readonly network: PodNetwork;
  ready: boolean;
}

/**
 * A node whose pods run nothing, as kubemark's: it binds each pod, reports it Running, and Ready unless the image's tag ends in `-slow`.
 * One listener answers for the metrics pages of all pods, by the address that was asked. 198.18.0.0/16 must be this machine's own.
 */
export class HollowNode {
  private readonly pods = new Map<string, HollowPod>();
  /** When the pod with that address started, ms since 1970. */
  private readonly started = new Map<string, number>();
  private readonly addresses = new Addresses();
  private readonly hostIP = this.addresses.next();
  private readonly server: Server = createServer((request, response) => response.end(page(this.started.get(request.socket.localAddress ?? '') ?? Date.now())));
  private watch: Watching | undefined;
  private anyReady = false;

  private constructor(
    private readonly cluster: Cluster,
    private readonly api: NodeApi,
  ) {}

  static async start(kubeconfig: string): Promise<HollowNode> {
    const node = new HollowNode(await connectCluster({ kubeconfig }), await NodeApi.connect(kubeconfig));
    await node.up();
    return node;
  }

  /** Pods that run, and how many of them are not ready. */
  get counts(): { readonly pods: number; readonly waiting: number } {
    const all = [...this.pods.values()];
    return { pods: all.length, waiting: all.filter(({ ready }) => !ready).length };
  }

  /** All pods that are not ready become so now, and those that come later become so at once, whatever their tag. */
  async makeReady(): Promise<void> {
    this.anyReady = true;
    const waiting = [...this.pods.values()].filter(({ ready }) => !ready);
    for (const one of waiting) one.ready = true;
    await Promise.all(waiting.map((one) => this.report(one)));
  }

  async stop(): Promise<void> {
    this.watch?.stop();
    this.api.close();
    await this.cluster.close();
    this.server.closeAllConnections();
    this.server.close();
  }

  private async up(): Promise<void> {
    this.server.listen(PORT, '0.0.0.0');
    await once(this.server, 'listening');
    const at = now();
    const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', lastHeartbeatTime: at, lastTransitionTime: at };
    const addresses = [{ type: 'InternalIP', address: this.hostIP }, { type: 'Hostname', address: NODE }];
    await this.api.register(NODE, { capacity: CAPACITY, allocatable: CAPACITY, conditions: [ready], addresses });
    this.watch = this.cluster.watch({ apiVersion: 'v1', kind: 'Pod' }, (event) => this.follow(event));
    await this.watch.synced;
  }

  private follow(event: WatchEvent): void {
    if (event.type === 'synced') return this.catchUp(event.objects as unknown as readonly Pod[]);
    if (event.type === 'deleted') return void this.pods.delete(event.object.metadata.uid!);
    this.take(event.object as unknown as Pod);
  }

  /** A list shows what was deleted since the last event only by its absence. */
  private catchUp(pods: readonly Pod[]): void {
    const live = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const uid of this.pods.keys()) if (!live.has(uid)) this.pods.delete(uid);
    for (const pod of pods) this.take(pod);
  }

  private take(pod: Pod): void {
    const uid = pod.metadata.uid!;
    if (pod.metadata.deletionTimestamp !== undefined) return void this.api.remove(pod);
    if (this.pods.has(uid)) return;
    const podIP = this.addresses.next();
    this.started.set(podIP, Date.now());
    const hollow = { pod, network: { podIP, hostIP: this.hostIP }, ready: this.anyReady || !NEVER_READY.test(pod.spec.containers[0]!.image) };
    this.pods.set(uid, hollow);
    void this.place(hollow);
  }

  private async place(hollow: HollowPod): Promise<void> {
    if (hollow.pod.spec.nodeName === undefined) await this.api.bind(hollow.pod, NODE);
    await this.report(hollow);
  }

  private report({ pod, network, ready }: HollowPod): Promise<void> {
    const containers = pod.spec.containers.map((container): ContainerStatus => ({
      name: container.name, image: container.image, imageID: `hollow://${container.image}`, containerID: `hollow://${pod.metadata.uid}`,
      ready, started: true, restartCount: 0, state: { running: { startedAt: now() } }, lastState: {},
    }));
    return this.api.report(pod, podStatus(pod, { containers, initContainers: [] }, network, now()));
  }
}

const now = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

/** The metrics page of a pod that has answered the same number of requests each second since it started. */
function page(startedAt: number): string {
  const requests = Math.floor(((Date.now() - startedAt) / 1_000) * REQUESTS_PER_SECOND);
  return [
    '# TYPE http_requests_total counter', `http_requests_total{code="200"} ${requests}`, 'http_requests_total{code="500"} 0',
    '# TYPE process_start_time_seconds gauge', `process_start_time_seconds ${startedAt / 1_000}`, '',
  ].join('\n');
}
