import { connectCluster, type Cluster, type WatchEvent, type Watching } from '@alloy/cluster';
import { defaultTimings, nodeLabels, noRoom, Traffic, type Pod, type Timings, type TrafficReport } from '@alloy/playground/pods';
import type { KubeObject } from '@alloy/contracts';
import type { Addresses } from './addresses';
import { NodeApi } from './api';
import { NodePod } from './node-pod';
import { watchedTraffic } from './watched-traffic';

export const NODE = 'test-node';
// EndpointSlices and their watchers react to a deletion later than in one process, so a pod serves for longer after it.
const TIMINGS: Timings = { ...defaultTimings, drain: 2_000, quiet: 250 };
const CAPACITY = { cpu: '64', memory: '256Gi', pods: '1000' };

const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/**
 * A kubelet and a scheduler for a real API server: one node that runs every pod like the playground, each on its own
 * address. It also sends the traffic of users to Services that request it by an annotation.
 */
export class TestNode {
  private readonly pods = new Map<string, NodePod>();
  /** The newest state of every pod that runs or has run here, by uid. */
  private readonly placed = new Map<string, Pod>();
  /** Pods for which the node has no room, by uid, in the order of their creation. */
  private readonly waiting = new Map<string, Pod>();
  private readonly hostIP: string;
  private readonly watches: Watching[] = [];
  private traffic: Traffic | undefined;

  private constructor(
    private readonly cluster: Cluster,
    private readonly api: NodeApi,
    private readonly addresses: Addresses,
  ) {
    this.hostIP = addresses.next();
  }

  /** 198.18.0.0/16 must be local to this machine. */
  static async start(kubeconfig: string, addresses: Addresses): Promise<TestNode> {
    const node = new TestNode(await connectCluster({ kubeconfig }), await NodeApi.connect(kubeconfig), addresses);
    await node.up();
    return node;
  }

  report(): TrafficReport {
    return this.traffic!.report();
  }

  /** Returns what the simulated users have counted since the last call. */
  takeTraffic(): TrafficReport {
    const report = this.report();
    this.traffic!.reset();
    return report;
  }

  async stop(): Promise<void> {
    this.traffic?.stop();
    for (const watch of this.watches) watch.stop();
    for (const pod of this.pods.values()) pod.kill();
    this.api.close();
    await this.cluster.close();
  }

  private async up(): Promise<void> {
    const at = new Date().toISOString().replace(/\.\d+/, '');
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
      lastHeartbeatTime: at,
      lastTransitionTime: at,
    };
    const addresses = [
      { type: 'InternalIP', address: this.hostIP },
      { type: 'Hostname', address: NODE },
    ];
    await this.api.register(NODE, { capacity: CAPACITY, allocatable: CAPACITY, conditions: [ready], addresses });
    const pods = this.cluster.watch({ apiVersion: 'v1', kind: 'Pod' }, (event) => this.follow(event));
    const { source, watches } = watchedTraffic(this.cluster, pods);
    this.watches.push(pods, ...watches);
    await Promise.all(this.watches.map(({ synced }) => synced));
    this.traffic = new Traffic({ source, clock: () => new Date(), seed: 1 });
    this.traffic.start();
  }

  private follow(event: WatchEvent): void {
    if (event.type === 'synced') return this.catchUp(event.objects);
    if (event.type === 'deleted') return this.forget(event.object.metadata.uid!);
    this.update(event.object as unknown as Pod);
  }

  /** After a new list: no event reports the pods that were deleted while the watch was interrupted. */
  private catchUp(objects: readonly KubeObject[]): void {
    const live = new Set(objects.map(({ metadata }) => metadata.uid));
    for (const uid of this.pods.keys()) if (!live.has(uid)) this.forget(uid);
    for (const object of objects) this.update(object as unknown as Pod);
  }

  private forget(uid: string): void {
    this.pods.get(uid)?.kill();
    this.pods.delete(uid);
    this.waiting.delete(uid);
    if (this.placed.delete(uid)) this.retryWaiting();
  }

  private update(pod: Pod): void {
    const uid = pod.metadata.uid!;
    const running = this.pods.get(uid);
    if (this.placed.has(uid)) this.placed.set(uid, pod);
    if (pod.metadata.deletionTimestamp !== undefined) return void (running ? running.end(pod) : this.api.remove(pod));
    running?.resize(pod);
    if (hasEnded(pod)) return this.retryWaiting();
    if (!running) this.take(pod);
  }

  private retryWaiting(): void {
    for (const pod of this.waiting.values()) this.take(pod);
  }

  private take(pod: Pod): void {
    const uid = pod.metadata.uid!;
    const room = { labels: nodeLabels(NODE), unschedulable: false, allocatable: CAPACITY };
    const message = pod.spec.nodeName === undefined ? noRoom(pod, room, [...this.placed.values()]) : undefined;
    if (message !== undefined) return this.refuse(pod, message);
    this.waiting.delete(uid);
    this.placed.set(uid, pod);
    const placed = new NodePod(pod, { api: this.api, timings: TIMINGS, network: { podIP: this.addresses.next(), hostIP: this.hostIP } });
    this.pods.set(uid, placed);
    void this.place(pod, placed);
  }

  private refuse(pod: Pod, message: string): void {
    this.waiting.set(pod.metadata.uid!, pod);
    if (pod.status?.conditions?.some((condition) => condition.type === 'PodScheduled' && condition.message === message)) return;
    void this.api.event(pod, 'default-scheduler', 'Warning', 'FailedScheduling', message);
    const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, '');
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime };
    void this.api.report(pod, { conditions: [condition] });
  }

  private async place(pod: Pod, placed: NodePod): Promise<void> {
    if (pod.spec.nodeName === undefined) {
      await this.api.bind(pod, NODE);
      void this.api.event(
        pod,
        'default-scheduler',
        'Normal',
        'Scheduled',
        `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${NODE}`,
      );
    }
    if (this.pods.get(pod.metadata.uid!) === placed) placed.start();
  }
}
