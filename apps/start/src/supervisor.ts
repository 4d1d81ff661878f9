import type { Running } from '@alloy/embedded';
import { backOffMs, sleep } from '@alloy/runtime';
import type { ProcessRecord } from './process-record';
import { StartError } from './start-error';

/** A supervised process. */
export interface Part {
  readonly name: string;
  /** Resolves when the part is usable. Called again after each death. Calls `onSpawn` as soon as the process exists. */
  start(onSpawn: (running: Running) => void): Promise<Running>;
  /** Why it died, from its log: one line, empty if unknown. */
  lastOutput(): string;
}

const DEATHS = 3;
const WITHIN_MS = 30_000;
const BACK_OFF = { firstMs: 250, mostMs: WITHIN_MS };

/**
 * Starts parts, restarts those that die, stops after 3 deaths in 30 s, and stops all parts in reverse order of the
 * starts.
 */
export class Supervisor {
  private readonly running: { name: string; running: Running }[] = [];
  private readonly pending = new Set<Promise<unknown>>();
  private stopping = false;

  constructor(
    private readonly record: ProcessRecord,
    private readonly say: (line: string) => void,
    /** Called once if a part keeps dying. */
    private readonly giveUp: (error: StartError) => void,
  ) {}

  /** Starts a part; resolves when it is usable for the first time. Rejects if it cannot be started. */
  up(part: Part): Promise<Running> {
    return this.track(this.keepTrying(part, []));
  }

  /** Registers work that must finish before parts are stopped. */
  track<T>(work: Promise<T>): Promise<T> {
    const settled = work.catch(() => undefined).finally(() => this.pending.delete(settled));
    this.pending.add(settled);
    return work;
  }

  /** Stops rank by rank, the parts of one rank together; then all parts that started meanwhile. */
  async stop(ranks: readonly (readonly string[])[]): Promise<void> {
    this.stopping = true;
    await this.stopRanks(ranks);
    await Promise.all(this.pending);
    await this.stopRanks(ranks);
  }

  private async stopRanks(ranks: readonly (readonly string[])[]): Promise<void> {
    for (const rank of ranks) {
      const parts = this.running.filter(({ name }) => rank.includes(name));
      await Promise.all(parts.map(({ running }) => running.stop()));
      for (const { name } of parts) this.record.delete(name);
    }
  }

  private async keepTrying(part: Part, deaths: number[]): Promise<Running> {
    for (;;) {
      if (this.stopping) throw new StartError('stopped');
      try {
        const running = await part.start((spawned) => this.note(part.name, spawned));
        this.note(part.name, running);
        void this.watch(part, running, deaths);
        return running;
      } catch (error) {
        if (this.stopping) throw error;
        if (isPermanent(error)) throw error;
        await this.recordDeath(part, deaths, (error as Error).message);
      }
    }
  }

  private async watch(part: Part, running: Running, deaths: number[]): Promise<void> {
    const code = await running.exited;
    if (this.stopping) return;
    try {
      await this.recordDeath(part, deaths, code === null ? 'it was killed' : part.lastOutput());
      await this.track(this.keepTrying(part, deaths));
      this.say(`${part.name} is back`);
    } catch (error) {
      if (!this.stopping) this.giveUp(error instanceof StartError ? error : new StartError((error as Error).message));
    }
  }

  /** Counts a death and waits before the next attempt; throws after too many. */
  private async recordDeath(part: Part, deaths: number[], why: string): Promise<void> {
    const now = performance.now();
    deaths.push(now);
    const recent = deaths.filter((at) => now - at < WITHIN_MS).length;
    if (recent >= DEATHS)
      throw new StartError(
        `${part.name} died ${DEATHS} times in ${WITHIN_MS / 1000} s, so everything was stopped: ${why || 'it logged no reason'}`,
      );
    const wait = backOffMs(BACK_OFF, recent);
    this.say(`${part.name} died (${why || 'it logged no reason'}); restarting in ${wait} ms`);
    await sleep(wait);
  }

  private note(name: string, running: Running): void {
    const at = this.running.findIndex((known) => known.name === name);
    if (at >= 0) this.running.splice(at, 1);
    this.running.push({ name, running });
    this.record.set(name, running.identity);
    if (this.stopping) void running.stop();
  }
}

/** Whether retrying cannot help, such as for a missing program or a port in use. */
const isPermanent = (error: unknown): boolean =>
  ['binary_missing', 'no_account', 'port_taken'].includes(String((error as { code?: unknown }).code));
