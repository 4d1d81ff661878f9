import type { Pod } from '../kinds';
import type { EventRecorder } from '../controllers/event-recorder';
import { hashText } from '../hash-text';
import { timestamp, type Store } from '../store';
import type { Timings } from '../timings';
import { containerEnv } from './container-env';
import { ContainerRunner } from './container-runner';
import { podStatus, type PodNetwork } from './pod-status';

export interface PodRunnerOptions {
  readonly store: Store;
  readonly clock: () => Date;
  readonly timings: Timings;
  readonly seed: number;
  readonly events: EventRecorder;
  readonly network: PodNetwork;
}

/** Runs one pod's containers and reports them in its status. */
export class PodRunner {
  private readonly containers: ReadonlyMap<string, ContainerRunner>;

  constructor(
    private readonly pod: Pod,
    private readonly options: PodRunnerOptions,
  ) {
    this.containers = new Map(pod.spec.containers.map((container) => [container.name, this.runnerOf(container.name)]));
  }

  start(): void {
    this.report();
    for (const container of this.containers.values()) container.start();
  }

  /** Resolves when every request has been answered and nothing listens any more. */
  async terminate(graceMs: number): Promise<void> {
    await Promise.all([...this.containers.values()].map((container) => container.terminate(graceMs)));
  }

  kill(): void {
    for (const container of this.containers.values()) container.kill();
  }

  /** The real port behind a container port or its name; without one, the first container's. `undefined` while nothing listens there. */
  portOf(port?: number | string): number | undefined {
    const declares = this.pod.spec.containers.find(({ ports = [] }) => ports.some(({ name, containerPort }) => name === port || containerPort === Number(port)));
    const { name } = declares ?? this.pod.spec.containers[0]!;
    return this.containers.get(name)?.port;
  }

  /** `undefined`: there is no such container. */
  log(container: string | undefined, previous: boolean): readonly string[] | undefined {
    return this.containers.get(container ?? this.pod.spec.containers[0]!.name)?.logLines(previous);
  }

  private runnerOf(name: string): ContainerRunner {
    const { store, clock, timings, seed, events } = this.options;
    const { metadata, spec, status } = this.pod;
    const container = spec.containers.find((each) => each.name === name)!;
    return new ContainerRunner({
      container,
      podUid: metadata.uid ?? '',
      restartPolicy: spec.restartPolicy ?? 'Always',
      restarts: status?.containerStatuses?.find((each) => each.name === name)?.restartCount ?? 0,
      seed: hashText(`${seed}/${metadata.uid}/${name}`),
      timings,
      clock,
      env: () => containerEnv(store, metadata.namespace, container),
      onChange: () => this.report(),
      onEvent: (type, reason, message) => events.record(this.pod, type, reason, message),
    });
  }

  private report(): void {
    const { store, clock, network } = this.options;
    const { name, namespace, uid } = this.pod.metadata;
    const live = store.get<Pod>({ resource: 'pods', namespace, name });
    if (!live || live.metadata.uid !== uid) return;
    const statuses = [...this.containers.values()].map(({ status }) => status);
    store.update({ ...live, status: podStatus(live, statuses, network, timestamp(clock())) }, { subresource: 'status' });
  }
}
