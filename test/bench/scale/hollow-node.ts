import { connectCluster, type Cluster, type WatchEvent, type Watching } from '@alloy/cluster';
import type { Pod, PodNetwork } from '@alloy/playground/pods';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Addresses } from '../../control-plane/node/addresses';
import { NodeApi } from '../../control-plane/node/api';
import { becomesReady, HollowPages, hollowStatus, timestamp } from './hollow-pod';

const NODE = 'hollow-node';
const PORT = 8080;
const CAPACITY = { cpu: '1000', memory: '1000Gi', pods: '10000' };

interface HollowPod {
  readonly pod: Pod;
  readonly network: PodNetwork;
  ready: boolean;
}

/**
 * A node for a real API server whose pods run nothing, like those of kubemark: it binds each pod and reports it as
 * Running, and as Ready unless its tag says that it never becomes ready. 198.18.0.0/16 must be local to this machine.
 */
export class HollowNode {
  private readonly pods = new Map<string, HollowPod>();
  private readonly pages = new HollowPages();
  private readonly addresses = new Addresses();
  private readonly hostIP = this.addresses.next();
  private readonly server = createServer(this.pages.answer);
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

  /** The number of pods that are not ready. */
  get waiting(): number {
    return [...this.pods.values()].filter(({ ready }) => !ready).length;
  }

  /** Makes all pods ready, and later pods at once when they start, independent of their tag. */
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
    const at = timestamp();
    const cause = { reason: 'KubeletReady', message: 'kubelet is posting ready status' };
    const ready = { type: 'Ready', status: 'True', ...cause, lastHeartbeatTime: at, lastTransitionTime: at };
    const addresses = [
      { type: 'InternalIP', address: this.hostIP },
      { type: 'Hostname', address: NODE },
    ];
    await this.api.register(NODE, { capacity: CAPACITY, allocatable: CAPACITY, conditions: [ready], addresses });
    this.watch = this.cluster.watch({ apiVersion: 'v1', kind: 'Pod' }, (event) => this.follow(event));
    await this.watch.synced;
  }

  private follow(event: WatchEvent): void {
    if (event.type === 'synced') return this.catchUp(event.objects as unknown as readonly Pod[]);
    if (event.type === 'deleted') return void this.pods.delete(event.object.metadata.uid!);
    this.take(event.object as unknown as Pod);
  }

  /** After a new list, a pod that was deleted since the last event is only missing; no event reports its deletion. */
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
    this.pages.start(podIP);
    const hollow = { pod, network: { podIP, hostIP: this.hostIP }, ready: this.anyReady || becomesReady(pod) };
    this.pods.set(uid, hollow);
    void this.place(hollow);
  }

  private async place(hollow: HollowPod): Promise<void> {
    if (hollow.pod.spec.nodeName === undefined) await this.api.bind(hollow.pod, NODE);
    await this.report(hollow);
  }

  private report({ pod, network, ready }: HollowPod): Promise<void> {
    return this.api.report(pod, hollowStatus(pod, network, ready));
  }
}
