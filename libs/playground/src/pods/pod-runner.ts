import type { Container, ContainerStatus, Pod } from '../kinds';
import { hashText } from '../hash-text';
import type { Timings } from '../timings';
import { ContainerRunner, type ContainerRunnerOptions } from './container-runner';
import type { Listening } from './container-server';

/** States of a pod's containers. */
export interface ContainerStatuses {
  readonly containers: readonly ContainerStatus[];
  /** Including sidecars. */
  readonly initContainers: readonly ContainerStatus[];
}

export interface PodRunnerOptions {
  readonly clock: () => Date;
  readonly timings: Timings;
  readonly seed: number;
  /** Default any free port on 127.0.0.1. */
  readonly listening?: (container: Container) => Listening;
  /** The container's environment; throws or rejects with `MissingConfig`. */
  readonly env: (container: Container) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Called on each change of the containers' states. */
  readonly onStatus: (statuses: ContainerStatuses) => void;
  readonly onEvent: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

export const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/**
 * Runs one pod's containers and reports them in its status: init containers in order, each to its end or, for a
 * sidecar, to its start; then the others.
 */
export class PodRunner {
  private readonly inits: ReadonlyArray<{ readonly container: Container; readonly runner: ContainerRunner }>;
  private readonly containers: ReadonlyMap<string, ContainerRunner>;
  /** Number of started init containers; one more: the others are started too. */
  private begun = 0;
  private ending = false;

  constructor(
    private readonly pod: Pod,
    private readonly options: PodRunnerOptions,
  ) {
    const { containers, initContainers = [] } = pod.spec;
    this.inits = initContainers.map((container) => ({
      container,
      runner: this.runnerOf(container, isSidecar(container) ? 'sidecar' : 'init'),
    }));
    // The containers of a Job end, like init containers.
    const isOfJob = pod.metadata.ownerReferences?.some(({ kind, controller }) => kind === 'Job' && controller === true) ?? false;
    this.containers = new Map(containers.map((container) => [container.name, this.runnerOf(container, isOfJob ? 'init' : 'main')]));
  }

  start(): void {
    this.report();
    this.advance();
  }

  /** Resolves when all requests are answered and no container listens; sidecars end after the others. */
  async terminate(graceMs: number): Promise<void> {
    this.ending = true;
    const since = performance.now();
    await Promise.all([...this.containers.values()].map((container) => container.terminate(graceMs)));
    const left = Math.max(0, graceMs - (performance.now() - since));
    await Promise.all(this.inits.map(({ runner }) => runner.terminate(left)));
  }

  kill(): void {
    this.ending = true;
    for (const runner of this.all.values()) runner.kill();
  }

  /**
   * The real port of a container port or its name; without one, or if none is declared, the first container's.
   * `undefined` while not listening.
   */
  portOf(port?: number | string): number | undefined {
    const { containers, initContainers = [] } = this.pod.spec;
    const declares = [...containers, ...initContainers.filter(isSidecar)].find(({ ports = [] }) =>
      ports.some(({ name, containerPort }) => name === port || containerPort === Number(port)),
    );
    // A port that no container declares is only used if no container declares any.
    const meant = declares ?? (port === undefined || containers.every(({ ports = [] }) => ports.length === 0) ? containers[0] : undefined);
    const declared = meant?.ports?.find(({ name, containerPort }) => name === port || containerPort === Number(port));
    return meant && this.all.get(meant.name)?.portOf(declared?.containerPort);
  }

  /** Cores that its containers use together; undefined: at least one of them is not measured. */
  get cpu(): number | undefined {
    const usages = [...this.containers.values()].map(({ cpu }) => cpu);
    return usages.reduce<number | undefined>((sum, cpu) => (sum === undefined || cpu === undefined ? undefined : sum + cpu), 0);
  }

  /** `undefined`: there is no such container. */
  log(container: string | undefined, previous: boolean): readonly string[] | undefined {
    return this.all.get(container ?? this.pod.spec.containers[0]!.name)?.logLines(previous);
  }

  private get all(): ReadonlyMap<string, ContainerRunner> {
    return new Map([...this.inits.map(({ container, runner }) => [container.name, runner] as const), ...this.containers]);
  }

  /** Starts the containers that may start now. */
  private advance(): void {
    while (!this.ending && this.begun <= this.inits.length && this.isPast(this.begun - 1)) {
      const next = this.inits[this.begun];
      this.begun += 1;
      if (next) next.runner.start();
      else for (const container of this.containers.values()) container.start();
    }
  }

  /** Whether the init container allows the next one to start. */
  private isPast(index: number): boolean {
    const init = this.inits[index];
    if (!init) return true;
    const { state } = init.runner.status;
    return isSidecar(init.container) ? 'running' in state : 'terminated' in state && state.terminated.exitCode === 0;
  }

  private runnerOf(container: Container, role: NonNullable<ContainerRunnerOptions['role']>): ContainerRunner {
    const { clock, timings, seed, listening, env, onEvent } = this.options;
    const { metadata, spec, status } = this.pod;
    const known = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
    return new ContainerRunner({
      container,
      role,
      ...((spec.initContainers ?? []).length > 0 && { waitsFor: 'PodInitializing' }),
      podUid: metadata.uid ?? '',
      restartPolicy: role === 'sidecar' ? 'Always' : (spec.restartPolicy ?? 'Always'),
      restarts: known.find(({ name }) => name === container.name)?.restartCount ?? 0,
      seed: hashText(`${seed}/${metadata.uid}/${container.name}`),
      timings,
      clock,
      listening: listening?.(container),
      env: () => env(container),
      onChange: () => this.changed(),
      onEvent,
    });
  }

  private changed(): void {
    this.report();
    this.advance();
  }

  /** Calls `onStatus` with the current states. */
  report(): void {
    this.options.onStatus({
      containers: [...this.containers.values()].map(({ status }) => status),
      initContainers: this.inits.map(({ runner }) => runner.status),
    });
  }
}
