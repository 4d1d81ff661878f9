import { EventRecorder } from '../controllers/event-recorder';
import { hasEnded } from '../controllers/pod-state';
import type { OnError } from '../controllers/work-queue';
import type { Pod } from '../kinds';
import type { PlaygroundObject } from '../objects';
import { timestamp, type Store } from '../store';
import type { Timings } from '../timings';
import { containerEnv, type ConfigData } from './container-env';
import { NODE, NODE_IP, registerNode } from './node';
import { PodRunner, type ContainerStatuses } from './pod-runner';
import { isResized, podStatus, type PodNetwork } from './pod-status';
import { Scheduler } from './scheduler';

export interface KubeletOptions {
  readonly store: Store;
  readonly clock: () => Date;
  readonly timings: Timings;
  readonly seed: number;
  readonly onError: OnError;
}
interface ConfigObject extends PlaygroundObject {
  readonly data?: Readonly<Record<string, string>>;
}
export interface PodAddress {
  readonly host: string;
  readonly port: number;
}

/** The playground's node: schedules pods, runs them as real listeners, and ends them gracefully. */
export class Kubelet {
  private readonly runners = new Map<string, PodRunner>();
  /** Uids of terminating pods. */
  private readonly terminating = new Set<string>();
  private readonly ending = new Set<Promise<void>>();
  private readonly events: EventRecorder;
  private readonly scheduler: Scheduler;
  private addresses = 0;
  private unsubscribe: ReadonlyArray<() => void> = [];

  constructor(private readonly options: KubeletOptions) {
    this.events = new EventRecorder(options.store, options.clock, 'kubelet');
    this.scheduler = new Scheduler(options.store, options.clock);
  }

  /** Runs the pods of the store, also after a restart of the node. */
  start(): void {
    const { store, clock } = this.options;
    registerNode(store, clock());
    for (const pod of store.list<Pod>('pods')) this.take(pod);
    const pods = store.watch('pods', ({ type, object }) => {
      const pod = object as Pod;
      if (type === 'DELETED') return this.forget(pod);
      if (pod.metadata.deletionTimestamp !== undefined) return this.end(pod);
      if (type === 'ADDED') return this.take(pod);
      if (isResized(pod)) this.runners.get(pod.metadata.uid ?? '')?.report();
    });
    this.unsubscribe = [pods, store.watch('nodes', () => this.takeWaiting())];
  }

  /** Stops all listeners; objects remain unchanged. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.unsubscribe) unsubscribe();
    for (const runner of this.runners.values()) runner.kill();
    this.runners.clear();
    await Promise.all(this.ending);
  }

  /** The real address of a pod's port (number or name); `undefined` while not listening. */
  addressOf(pod: PlaygroundObject, port?: number | string): PodAddress | undefined {
    const found = this.runners.get(pod.metadata.uid ?? '')?.portOf(port);
    return found === undefined ? undefined : { host: '127.0.0.1', port: found };
  }

  /** Cores that a pod uses; `undefined`: it is not measured yet, or does not run. */
  cpuOf(pod: PlaygroundObject): number | undefined {
    return this.runners.get(pod.metadata.uid ?? '')?.cpu;
  }

  /**
   * A container's log since its start, or of the previous start with `previous`; `undefined`: no such container, or not
   * started.
   */
  logOf(
    pod: PlaygroundObject,
    { container, previous, tailLines }: { readonly container?: string; readonly previous: boolean; readonly tailLines?: number },
  ): string | undefined {
    const lines = this.runners.get(pod.metadata.uid ?? '')?.log(container, previous);
    if (lines === undefined || lines.length === 0) return undefined;
    return lines
      .slice(tailLines === undefined ? 0 : Math.max(0, lines.length - tailLines))
      .map((line) => `${line}\n`)
      .join('');
  }

  private take(changed: Pod): void {
    const { store } = this.options;
    const pod = store.get<Pod>({ resource: 'pods', namespace: changed.metadata.namespace, name: changed.metadata.name });
    if (!pod || pod.metadata.uid !== changed.metadata.uid) return;
    if (pod.metadata.deletionTimestamp !== undefined) return this.end(pod);
    if (hasEnded(pod)) return;
    if (pod.spec.nodeName !== undefined && pod.spec.nodeName !== NODE) return;
    const placed = this.scheduler.place(pod);
    if (!placed) return;
    const network = { podIP: this.nextAddress(), hostIP: NODE_IP };
    const runner = new PodRunner(placed, {
      ...this.options,
      env: (container) => containerEnv(this.configOf(pod.metadata.namespace), container),
      onStatus: (statuses) => this.report(placed, statuses, network),
      onEvent: (type, reason, message) => this.events.record(placed, type, reason, message),
    });
    this.runners.set(pod.metadata.uid ?? '', runner);
    runner.start();
  }

  private configOf(namespace: string | undefined): ConfigData {
    return (resource, name) => {
      const object = this.options.store.get<ConfigObject>({ resource, namespace, name });
      return object && (object.data ?? {});
    };
  }

  private report({ metadata: { name, namespace, uid } }: Pod, statuses: ContainerStatuses, network: PodNetwork): void {
    const { store, clock } = this.options;
    const live = store.get<Pod>({ resource: 'pods', namespace, name });
    if (!live || live.metadata.uid !== uid) return;
    const reported = store.update({ ...live, status: podStatus(live, statuses, network, timestamp(clock())) }, { subresource: 'status' });
    if (hasEnded(reported) && !hasEnded(live)) this.takeWaiting();
  }

  /** The deletion timestamp removes its endpoints by the end of the event loop's next turn. */
  private end(pod: Pod): void {
    const { metadata, spec } = pod;
    const uid = metadata.uid ?? '';
    const runner = this.runners.get(uid);
    if (runner === undefined) return this.remove(pod);
    if (this.terminating.has(uid)) return;
    this.terminating.add(uid);
    this.events.record(pod, 'Normal', 'Killing', `Stopping container ${spec.containers[0]!.name}`);
    const ended = runner.terminate((metadata.deletionGracePeriodSeconds ?? 30) * 1000).then(
      () => this.remove(pod),
      (error: unknown) => this.options.onError(error, metadata.name),
    );
    this.ending.add(ended);
    void ended.then(() => this.ending.delete(ended));
  }

  private remove({ metadata: { name, namespace, uid } }: Pod): void {
    const ref = { resource: 'pods', namespace, name };
    if (this.options.store.get(ref)?.metadata.uid === uid) this.options.store.delete(ref, { uid, gracePeriodSeconds: 0 });
  }

  private forget({ metadata: { uid = '' } }: Pod): void {
    this.runners.get(uid)?.kill();
    this.runners.delete(uid);
    this.terminating.delete(uid);
    this.takeWaiting();
  }

  /** The node may have room again. */
  private takeWaiting(): void {
    for (const pod of this.scheduler.waiting()) this.take(pod);
  }

  private nextAddress(): string {
    this.addresses += 1;
    return `10.244.${Math.floor(this.addresses / 250) % 250}.${(this.addresses % 250) + 2}`;
  }
}
