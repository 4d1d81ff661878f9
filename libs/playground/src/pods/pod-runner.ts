import type { Container, ContainerStatus, Pod } from '../kinds';
import { hashText } from '../hash-text';
import type { Timings } from '../timings';
import { ContainerRunner } from './container-runner';
import type { Listening } from './container-server';

export interface PodRunnerOptions {
  readonly clock: () => Date;
  readonly timings: Timings;
  readonly seed: number;
  /** Default any free port on 127.0.0.1. */
  readonly listening?: (container: Container) => Listening;
  /** What the container starts with; throws or rejects with `MissingConfig`. */
  readonly env: (container: Container) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Told of each change of what the containers do. */
  readonly onStatus: (containers: readonly ContainerStatus[]) => void;
  readonly onEvent: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
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

  /** The real port behind a container port or its name; without one, or where none is declared, the first container's. `undefined` while nothing listens there. */
  portOf(port?: number | string): number | undefined {
    const { containers } = this.pod.spec;
    const declares = containers.find(({ ports = [] }) => ports.some(({ name, containerPort }) => name === port || containerPort === Number(port)));
    // What no container declares is anybody's guess, or nobody's port.
    const meant = declares ?? (port === undefined || containers.every(({ ports = [] }) => ports.length === 0) ? containers[0] : undefined);
    return meant && this.containers.get(meant.name)?.port;
  }

  /** `undefined`: there is no such container. */
  log(container: string | undefined, previous: boolean): readonly string[] | undefined {
    return this.containers.get(container ?? this.pod.spec.containers[0]!.name)?.logLines(previous);
  }

  private runnerOf(name: string): ContainerRunner {
    const { clock, timings, seed, listening, env, onEvent } = this.options;
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
      listening: listening?.(container),
      env: () => env(container),
      onChange: () => this.report(),
      onEvent,
    });
  }

  private report(): void {
    this.options.onStatus([...this.containers.values()].map(({ status }) => status));
  }
}
