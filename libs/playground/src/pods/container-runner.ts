import { request } from 'node:http';
import type { Container, ContainerState, ContainerStatus } from '../kinds';
import { hashText } from '../hash-text';
import { seededRandom } from '../seeded-ids';
import { timestamp } from '../store';
import type { Timings } from '../timings';
import { backoff } from './backoff';
import { behaviourOf, tagOf, type Behaviour } from './behaviour';
import { MissingConfig } from './container-env';
import { METRICS_VARIABLE } from './pages/metrics-page';
import { ContainerServer, TLS_VARIABLE, type Listening } from './container-server';
import { cpuCostOf, type CpuCost } from './cpu-usage';
import { Timers } from './timers';

type Env = Readonly<Record<string, string>>;

export interface ContainerRunnerOptions {
  readonly container: Container;
  readonly podUid: string;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  /** Default `main`. `init` ends soon after its start; a `sidecar` without ports does not listen. */
  readonly role?: 'main' | 'init' | 'sidecar';
  /** Waiting reason before the start; default `ContainerCreating`. */
  readonly waitsFor?: 'PodInitializing';
  /** Restarts before this runner was created, for example by an earlier playground. */
  readonly restarts: number;
  readonly seed: number;
  readonly timings: Timings;
  readonly clock: () => Date;
  /** Default any free port on 127.0.0.1. */
  readonly listening?: Listening;
  /** Throws or rejects with `MissingConfig`. */
  readonly env: () => Env | Promise<Env>;
  readonly onChange: () => void;
  readonly onEvent: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

const LOG_LINES = 500;

/** Runs one container: pull, start, probes, requests, and crashes. */
export class ContainerRunner {
  private state: ContainerState = { waiting: { reason: 'ContainerCreating' } };
  private lastState: ContainerStatus['lastState'] = {};
  private ready = false;
  private restarts: number;
  private failures = 0;
  private server: ContainerServer | undefined;
  private listeningOn: number | undefined;
  /** As declared. */
  private tlsPort: number | undefined;
  private cost: CpuCost = { perRequest: 0, idle: 0 };
  private log: string[] = [];
  private previousLog: string[] = [];
  private stopped = false;
  private readonly timers = new Timers();

  constructor(private readonly options: ContainerRunnerOptions) {
    this.restarts = options.restarts;
    if (options.waitsFor) this.state = { waiting: { reason: options.waitsFor } };
  }

  /** The real port of a declared one, by default the first; `undefined` while not listening. */
  portOf(declared?: number): number | undefined {
    return declared !== undefined && declared === this.tlsPort ? this.server?.tlsPort : this.listeningOn;
  }

  /** Cores that it uses; undefined: it does not run, or not long enough to be measured. */
  get cpu(): number | undefined {
    const rate = this.server?.requestsPerSecond;
    return rate === undefined ? undefined : this.cost.idle + rate * this.cost.perRequest;
  }

  get status(): ContainerStatus {
    const { container, podUid } = this.options;
    const running = 'running' in this.state;
    const id = hashText(`${podUid}/${container.name}/${this.restarts}`).toString(16).padStart(8, '0').repeat(8);
    const wasStarted = running || this.restarts > 0 || 'terminated' in this.lastState;
    const image = {
      image: container.image,
      imageID: wasStarted ? `playground://${container.image}` : '',
      ...(wasStarted ? { containerID: `playground://${id}` } : {}),
    };
    return {
      name: container.name, ...image, ready: this.ready, started: running, restartCount: this.restarts,
      state: this.state, lastState: this.lastState,
    };
  }

  logLines(previous: boolean): readonly string[] {
    return previous ? this.previousLog : this.log;
  }

  start(): void {
    this.timers.after(this.options.timings.podStart, () => void this.create());
  }

  /** Serves until its requests are answered, then ends permanently. */
  async terminate(graceMs: number): Promise<void> {
    const { drain, quiet } = this.options.timings;
    this.stopped = true;
    this.timers.stop();
    if (this.server) await new Promise((resolve) => setTimeout(resolve, Math.min(drain, graceMs)));
    await this.server?.drain(Math.min(quiet, graceMs), Math.max(0, graceMs - drain));
    this.kill();
  }

  kill(): void {
    this.stopped = true;
    this.timers.stop();
    this.server?.kill();
    this.server = undefined;
    this.listeningOn = undefined;
    this.ready = false;
  }

  /** Retries failed pulls and missing configuration with increasing intervals. */
  private async create(): Promise<void> {
    const { container, onEvent } = this.options;
    try {
      const env = await this.options.env();
      const behaviour = behaviourOf(container.image, env);
      if (this.stopped) return;
      if (this.restarts === 0) onEvent('Normal', 'Pulling', `Pulling image "${container.image}"`);
      if (behaviour.kind === 'nopull') return this.failPull();
      this.failures = 0;
      onEvent('Normal', 'Pulled', `Container image "${container.image}" already present on machine`);
      const tlsPort = Number(env[TLS_VARIABLE]);
      this.tlsPort = Number.isInteger(tlsPort) && tlsPort > 0 ? tlsPort : undefined;
      this.cost = cpuCostOf(env);
      this.run(behaviour, env[METRICS_VARIABLE]);
    } catch (error) {
      if (!(error instanceof MissingConfig)) throw error;
      onEvent('Warning', 'Failed', `Error: ${error.message}`);
      this.become({ waiting: { reason: 'CreateContainerConfigError', message: error.message } });
      this.retryCreate();
    }
  }

  private failPull(): void {
    const { container, onEvent } = this.options;
    const message = `rpc error: code = NotFound desc = failed to pull and unpack image "${container.image}": not found`;
    onEvent('Warning', 'Failed', `Failed to pull image "${container.image}": ${message}`);
    this.become({ waiting: { reason: 'ErrImagePull', message } });
    this.timers.after(this.options.timings.podStart, () => {
      onEvent('Normal', 'BackOff', `Back-off pulling image "${container.image}"`);
      this.become({ waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${container.image}"` } });
      this.retryCreate();
    });
  }

  private retryCreate(): void {
    const { pullBackoff, pullBackoffMax } = this.options.timings;
    this.timers.after(backoff(++this.failures, pullBackoff, pullBackoffMax), () => void this.create());
  }

  private run(behaviour: Behaviour, metrics: string | undefined): void {
    const { container, seed, timings, clock, onEvent } = this.options;
    this.log = [];
    const server = new ContainerServer({
      behaviour,
      random: seededRandom(seed + this.restarts),
      log: (line) => this.write(line),
      metrics,
      tlsPort: this.tlsPort,
      version: tagOf(container.image),
      processStart: clock().getTime() / 1_000,
      rateWindow: timings.metricsWindow,
    });
    onEvent('Normal', 'Started', `Started container ${container.name}`);
    this.write(`starting ${container.image}`);
    this.become({ running: { startedAt: timestamp(this.options.clock()) } });
    if (behaviour.kind === 'crash' && this.restarts < (behaviour.starts ?? Infinity))
      return this.timers.after(timings.crashAfter, () => this.exit(1, 'Error', 'fatal: this image crashes'));
    if (this.options.role === 'init')
      return behaviour.kind === 'slow' ? undefined : this.timers.after(timings.crashAfter, () => this.complete());
    if (behaviour.kind === 'leak') this.timers.after(timings.leakAfter, () => this.exit(137, 'OOMKilled', 'memory limit exceeded'));
    if (this.options.role === 'sidecar' && (container.ports ?? []).length === 0) return this.becomeReady(behaviour.kind !== 'slow');
    void server.listen(this.options.listening).then((port) => {
      if (this.stopped) return server.kill();
      this.server = server;
      this.listeningOn = port;
      this.write('listening');
      this.timers.after(Math.min(timings.maxInitialDelay, (container.readinessProbe?.initialDelaySeconds ?? 0) * 1000), () =>
        this.probe(server),
      );
    });
  }

  /** Probes the listener until it succeeds once. */
  private probe(server: ContainerServer): void {
    if (server !== this.server) return;
    const path = this.options.container.readinessProbe?.httpGet?.path ?? '/';
    const answered = (code: number | undefined): void => {
      if (this.stopped || server !== this.server) return;
      if (code === 200) {
        this.ready = true;
        return this.options.onChange();
      }
      this.options.onEvent('Warning', 'Unhealthy', `Readiness probe failed: HTTP probe failed with statuscode: ${code ?? 'none'}`);
      this.timers.after(this.options.timings.probePeriod, () => this.probe(server));
    };
    request(
      {
        host: this.options.listening?.host ?? '127.0.0.1',
        port: this.listeningOn,
        path,
        agent: false,
        headers: { 'user-agent': 'kube-probe/1.37' },
      },
      (response) => answered(response.resume().statusCode),
    )
      .once('error', () => answered(undefined))
      .end();
  }

  private becomeReady(ready: boolean): void {
    this.ready = ready;
    this.options.onChange();
  }

  /** An init container ended successfully. */
  private complete(): void {
    const now = timestamp(this.options.clock());
    const startedAt = 'running' in this.state ? this.state.running.startedAt : now;
    this.ready = true;
    this.become({ terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt: now } });
  }

  private exit(exitCode: number, reason: string, message: string): void {
    const { container, restartPolicy, timings, clock, onEvent } = this.options;
    const startedAt = 'running' in this.state ? this.state.running.startedAt : timestamp(clock());
    this.write(message);
    this.server?.kill();
    this.server = undefined;
    this.listeningOn = undefined;
    this.ready = false;
    this.previousLog = this.log;
    const terminated = { terminated: { exitCode, reason, startedAt, finishedAt: timestamp(clock()) } };
    this.lastState = terminated;
    if (restartPolicy === 'Never') return this.become(terminated);
    const pause = backoff(this.restarts, timings.crashBackoff, timings.crashBackoffMax);
    if (pause === 0) this.become(terminated);
    else {
      onEvent('Warning', 'BackOff', `Back-off restarting failed container ${container.name}`);
      this.become({
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off ${Math.round(pause / 1000)}s restarting failed container=${container.name}`,
        },
      });
    }
    this.timers.after(pause, () => {
      this.restarts++;
      void this.create();
    });
  }

  private become(state: ContainerState): void {
    this.state = state;
    this.options.onChange();
  }

  private write(line: string): void {
    this.log.push(`${this.options.clock().toISOString()} ${line}`);
    if (this.log.length > LOG_LINES) this.log.shift();
  }
}
