import {
  configOf,
  containerEnv,
  isResized,
  podStatus,
  PodRunner,
  type ConfigKind,
  type Container,
  type ContainerStatuses,
  type Listening,
  type Pod,
  type PodNetwork,
  type Timings,
} from '@alloy/playground/pods';
import type { NodeApi } from './api';

export interface NodePodOptions {
  readonly api: NodeApi;
  readonly timings: Timings;
  readonly network: PodNetwork;
}

const DEFAULT_PORT = 8080;
const clock = (): Date => new Date();
const now = (): string => `${clock().toISOString().slice(0, 19)}Z`;

/**
 * One pod on the test node: it runs like the playground's pods, on its own address; its status is reported to the API
 * server.
 */
export class NodePod {
  private readonly runner: PodRunner;
  private statuses: ContainerStatuses = { containers: [], initContainers: [] };
  private ending: Promise<void> | undefined;
  /** The report in progress; the next report waits for it. */
  private reporting: Promise<void> | undefined;
  private isStale = false;

  /** `pod` must be bound to this node. */
  constructor(
    private pod: Pod,
    private readonly options: NodePodOptions,
  ) {
    const { api, timings, network } = options;
    this.runner = new PodRunner(pod, {
      clock,
      timings,
      seed: 1,
      listening: (container) => listening(network.podIP, container),
      env: (container) => this.env(container),
      onStatus: (statuses) => this.receive(statuses),
      onEvent: (type, reason, message) => void api.event(this.pod, 'kubelet', type, reason, message),
    });
  }

  start(): void {
    this.runner.start();
  }

  /** Applies an in-place change of the resources. `changed`: the pod in the API server. */
  resize(changed: Pod): void {
    if (!isResized(changed)) return;
    this.pod = { ...this.pod, spec: changed.spec };
    this.runner.report();
  }

  /** Stops the containers within the grace period of the deletion, and deletes the pod. Idempotent. */
  end(deleted: Pod): Promise<void> {
    return (this.ending ??= this.terminate(deleted));
  }

  /** Stops the containers at once; the pod is already deleted. */
  kill(): void {
    this.runner.kill();
  }

  private async terminate(deleted: Pod): Promise<void> {
    const { api } = this.options;
    void api.event(deleted, 'kubelet', 'Normal', 'Killing', `Stopping container ${deleted.spec.containers[0]!.name}`);
    await this.runner.terminate((deleted.metadata.deletionGracePeriodSeconds ?? 30) * 1000);
    await this.reporting;
    await api.remove(deleted);
  }

  private async env(container: Container): Promise<Readonly<Record<string, string>>> {
    const { api } = this.options;
    const known = new Map<string, Readonly<Record<string, string>> | undefined>();
    for (const { kind, name } of configOf(container))
      known.set(`${kind}/${name}`, await api.dataOf(kind, this.pod.metadata.namespace!, name));
    return containerEnv((kind: ConfigKind, name: string) => known.get(`${kind}/${name}`), container);
  }

  private receive(statuses: ContainerStatuses): void {
    this.statuses = statuses;
    this.isStale = true;
    this.reporting ??= this.report().finally(() => (this.reporting = undefined));
  }

  private async report(): Promise<void> {
    while (this.isStale) {
      this.isStale = false;
      const status = podStatus(this.pod, this.statuses, this.options.network, now());
      this.pod = { ...this.pod, status };
      await this.options.api.report(this.pod, status);
    }
  }
}

/**
 * Listens by TCP on every port that the container declares, also for another protocol, or on 8080 if it declares none.
 */
function listening(host: string, { ports = [] }: Container): Listening {
  const [first = DEFAULT_PORT, ...others] = new Set(ports.map(({ containerPort }) => containerPort));
  return { host, ports: [first, ...others] };
}
