import { spawnDetached, type Running } from '@alloy/embedded';
import { crashLine, type CrashAt } from '@alloy/service';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from './eventually';
import type { Guard } from './guard';

export interface RespawnedOptions {
  /** Path of a built main.js. */
  readonly main: string;
  /** Of Node; default none. */
  readonly flags?: readonly string[];
  readonly log: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The URL of /readyz, and for a service of /metrics. */
  readonly url: string;
  readonly guard: Guard;
}

/** A crash point at which a process was armed to kill itself. */
export interface Crash {
  readonly at: CrashAt;
  /** Exit code of the process that killed itself at the point: null, because of the signal. Undefined: none has yet. */
  code: number | null | undefined;
  /** When that process ended, ms since 1970. */
  endedAt?: number;
}

/** Pause before the restart of a process that ends by itself, ms. */
const BREATH_MS = 250;

/** A built process that is started again immediately whenever it dies. */
export class Respawned {
  /** Number of starts. */
  starts = 0;
  private running: Running | undefined;
  private stopped = false;
  /** Ends when no process runs and none will be started. */
  private keptAlive: Promise<void> = Promise.resolve();
  /** Each start is armed with this crash until a process has killed itself by it. */
  private armed: { readonly crash: Crash; readonly onArmed: () => void } | undefined;

  constructor(private readonly options: RespawnedOptions) {}

  /** Resolves when it is ready. */
  async start(): Promise<this> {
    this.stopped = false;
    this.keptAlive = this.keepAlive(await this.spawn());
    await this.ready();
    return this;
  }

  async ready(): Promise<void> {
    await eventually(() => this.ask('/readyz'), { timeoutMs: 120_000, everyMs: 50 });
  }

  get pid(): number {
    return this.running!.pid;
  }

  metrics(): Promise<string> {
    return this.ask('/metrics');
  }

  /**
   * Ends the process with the signal and starts it again armed, until it has killed itself at that point; then it is
   * started without. Resolves when an armed process has been started.
   */
  crashAt(at: CrashAt, signal: NodeJS.Signals): Promise<Crash> {
    const crash: Crash = { at, code: undefined };
    return new Promise((resolve) => {
      this.armed = { crash, onArmed: () => resolve(crash) };
      this.kill(signal);
    });
  }

  /** Sends the signal synchronously. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (this.running?.isAlive()) process.kill(this.running.pid, signal);
  }

  /** Stops the process; waits for a process that is just being started. */
  async freeze(): Promise<void> {
    await eventually(() => {
      if (!this.running?.isAlive()) throw new Error(`there is no process to freeze, see ${this.options.log}`);
      process.kill(this.running.pid, 'SIGSTOP');
    }, { everyMs: 10 });
  }

  /**
   * Sends the signal and does not start the process again until `start`; returns the exit code after its end, null if a
   * signal ended it.
   */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { exited } = this.running!;
    this.stopped = true;
    this.kill(signal);
    await this.keptAlive;
    return exited;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.kill('SIGKILL');
    await this.keptAlive;
  }

  private async ask(path: string): Promise<string> {
    const { url, log } = this.options;
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(15_000) });
    if (!answer.ok) throw new Error(`${url}${path} was answered ${answer.status}, see ${log}`);
    return answer.text();
  }

  private async keepAlive(first: Running): Promise<void> {
    for (let running = first; ; running = await this.spawn()) {
      const since = performance.now();
      const code = await running.exited;
      this.options.guard.drop(running.pid);
      this.noticeCrash(running.pid, code);
      if (!this.stopped && performance.now() - since < BREATH_MS) await delay(BREATH_MS);
      if (this.stopped) return;
    }
  }

  /** Checks in the log that the process killed itself at the point: another fault may have killed it before. */
  private noticeCrash(pid: number, code: number | null): void {
    const crash = this.armed?.crash;
    if (!crash || !readFileSync(this.options.log, 'utf8').includes(crashLine(crash.at, pid))) return;
    this.armed = undefined;
    crash.code = code;
    crash.endedAt = Date.now();
  }

  private async spawn(): Promise<Running> {
    const { main, flags = [], log, env: always, guard } = this.options;
    const { armed } = this;
    const env = { ...always, ...(armed && { ALLOY_CRASH_AT: `${armed.crash.at.point}:${armed.crash.at.passing}` }) };
    const onPid = (pid: number): void => guard.hold(pid);
    const running = await spawnDetached({ command: process.execPath, args: [...flags, main], log, env, onPid });
    armed?.onArmed();
    this.running = running;
    this.starts += 1;
    if (this.stopped) this.kill('SIGKILL');
    return running;
  }
}
