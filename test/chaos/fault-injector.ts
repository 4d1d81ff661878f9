import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import type { Installation, Part, Replica } from '../support/installation';
import { describeFault, type CrashFault, type Fault, type Victim } from './fault';
import { describeOutage, type Outage } from './outages';
import type { PlacedFault } from './schedule';

const executors = ['executor', 'executor-2'] as const satisfies readonly Replica[];

const partsOf = (victim: Victim): readonly Part[] => (victim === 'executor' ? executors : victim === 'cluster' ? ['playground'] : [victim]);
const isReplica = (part: Part): part is Replica => part !== 'postgres' && part !== 'nats' && part !== 'playground';

/** Only ends a hanging wait. */
const RECOVERED_MS = 180_000;
/** Time limit for the passing at which an armed service kills itself, which other releases cause. */
const PASSED_MS = 180_000;

/** Injects faults into the parts of one installation, and records their outages. */
export class FaultInjector {
  readonly outages: Outage[] = [];
  /** When the freeze of a part ends, in ms since 1970. */
  private readonly frozenUntil = new Map<Part, number>();
  private readonly restarting = new Map<Part, Promise<void>>();
  private readonly inProgress = new Set<Promise<void>>();
  /** Parts into which no fault is injected, because a test controls them otherwise. */
  private readonly excluded = new Set<Part>();

  constructor(
    private readonly installation: Installation,
    private readonly onProgress: (line: string) => void = () => undefined,
  ) {}

  /** Injects the fault at once; records the outage when all affected parts are ready again. */
  inject(release: string, { fault, step, seconds = 0 }: PlacedFault): void {
    const from = Date.now();
    this.onProgress(`${release}: ${describeFault(fault)} at ${step}`);
    const work =
      fault.kind === 'crash'
        ? this.crash(fault, { release, step })
        : this.carryOut(fault, seconds).then(() => this.record({ fault, release, step, from, to: Date.now() }));
    this.inProgress.add(work);
    void work.then(
      () => this.inProgress.delete(work),
      () => undefined,
    );
  }

  /** Injects no fault into the part from now on. Returns a function that ends this. */
  exclude(part: Part): () => void {
    this.excluded.add(part);
    return () => void this.excluded.delete(part);
  }

  /** Records an outage that another fault than an injected one caused. */
  record(outage: Outage): void {
    this.outages.push(outage);
    this.onProgress(`${outage.release}: ${describeOutage(outage)}`);
  }

  /** Resolves when all affected parts are ready again. Rejects if one does not become ready. */
  async recovered(): Promise<void> {
    while (this.inProgress.size > 0) await Promise.all(this.inProgress);
  }

  /** Records two outages: the kill that restarts the service armed, and the crash if the point is passed in time. */
  private async crash(fault: CrashFault, place: Pick<Outage, 'release' | 'step'>): Promise<void> {
    const { victim, point, passing } = fault;
    const part = partsOf(victim).filter(isReplica).find((one) => !this.excluded.has(one));
    if (!part) return;
    const from = Date.now();
    this.frozenUntil.delete(part);
    const crash = await this.installation.crashAt(part, { point, passing }, 'SIGKILL');
    // Ready, or killed at the point before it was ready and started again.
    await this.becomesReady(part);
    this.record({ ...place, fault: { kind: 'kill', victim }, from, to: crash.endedAt ?? Date.now() });
    const ended = (): number | Promise<never> => crash.endedAt ?? Promise.reject(new Error(`${part} has not passed ${point}`));
    const came = await eventually(ended, { timeoutMs: PASSED_MS }).catch(() => undefined);
    if (came === undefined) return;
    await this.becomesReady(part);
    this.record({ ...place, fault, from: came, to: Date.now() });
  }

  private async carryOut({ kind, victim }: Fault, seconds: number): Promise<void> {
    const parts = partsOf(victim).filter((part) => !this.excluded.has(part));
    if (kind === 'freeze') await Promise.all(parts.map((part) => this.freeze(part, seconds)));
    else await Promise.all(parts.map((part) => this.kill(part, kind === 'wipe')));
    await Promise.all(parts.map((part) => this.becomesReady(part)));
  }

  private kill(part: Part, wipe: boolean): Promise<void> {
    this.frozenUntil.delete(part);
    if (isReplica(part)) {
      this.installation.kill(part);
      return Promise.resolve();
    }
    // Two kills at the same time restart the part once.
    const known = this.restarting.get(part);
    if (known) return known;
    const restart = (wipe ? this.installation.wipeNats() : this.installation.restart(part as 'postgres' | 'nats')).finally(() =>
      this.restarting.delete(part),
    );
    this.restarting.set(part, restart);
    return restart;
  }

  private async freeze(part: Part, seconds: number): Promise<void> {
    await this.restarting.get(part);
    const until = Date.now() + seconds * 1_000;
    this.frozenUntil.set(part, Math.max(until, this.frozenUntil.get(part) ?? 0));
    await this.installation.freeze(part);
    // If several freezes overlap, the longest one ends the freeze.
    for (let left = seconds * 1_000; left > 0; left = (this.frozenUntil.get(part) ?? 0) - Date.now()) await delay(left);
    this.frozenUntil.delete(part);
    this.installation.thaw(part);
  }

  private async becomesReady(part: Part): Promise<void> {
    if (isReplica(part)) return this.installation.ready(part);
    if (part === 'postgres') await eventually(() => this.installation.releases.pool.query('SELECT'), { timeoutMs: RECOVERED_MS });
    if (part === 'playground')
      await eventually(() => this.installation.cluster.json({ path: '/api/v1/namespaces' }), { timeoutMs: RECOVERED_MS });
  }
}
