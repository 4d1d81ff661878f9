import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import type { Installation, Part, Replica } from '../support/installation';
import { nameOfFault, type Fault, type Victim } from './fault';
import { describeOutage, type Outage } from './outages';
import type { PlacedFault } from './schedule';

const executors = ['executor', 'executor-2'] as const satisfies readonly Replica[];

const partsOf = (victim: Victim): readonly Part[] => (victim === 'executor' ? executors : victim === 'cluster' ? ['playground'] : [victim]);
const isReplica = (part: Part): part is Replica => part !== 'postgres' && part !== 'nats' && part !== 'playground';

/** A bound for what hangs. */
const RECOVERED_MS = 180_000;

/** Strikes the parts of one installation, and knows since when each has been away. */
export class Strikes {
  readonly outages: Outage[] = [];
  /** Until when a part stands still, in ms since 1970. */
  private readonly frozenUntil = new Map<Part, number>();
  private readonly restarting = new Map<Part, Promise<void>>();
  private readonly underWay = new Set<Promise<void>>();
  /** Parts that stand still for a reason of their own, and are not struck. */
  private readonly spared = new Set<Part>();

  constructor(
    private readonly installation: Installation,
    private readonly onProgress: (line: string) => void = () => undefined,
  ) {}

  /** Begins at once; the outage is recorded when all of it is back. */
  strike(release: string, { fault, step, seconds = 0 }: PlacedFault): void {
    const from = Date.now();
    this.onProgress(`${release}: ${nameOfFault(fault)} at ${step}`);
    const work = this.carryOut(fault, seconds).then(() => this.record({ fault, release, step, from, to: Date.now() }));
    this.underWay.add(work);
    void work.then(
      () => this.underWay.delete(work),
      () => undefined,
    );
  }

  /** From now on nothing is done to the part. Returns how to end that. */
  spare(part: Part): () => void {
    this.spared.add(part);
    return () => void this.spared.delete(part);
  }

  /** Records the outage of a part that was struck otherwise. */
  record(outage: Outage): void {
    this.outages.push(outage);
    this.onProgress(`${outage.release}: ${describeOutage(outage)}`);
  }

  /** Resolves when all that was struck is back. Rejects if something is not. */
  async recovered(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async carryOut({ kind, victim }: Fault, seconds: number): Promise<void> {
    const parts = partsOf(victim).filter((part) => !this.spared.has(part));
    if (kind === 'freeze') await Promise.all(parts.map((part) => this.freeze(part, seconds)));
    else await Promise.all(parts.map((part) => this.kill(part, kind === 'wipe')));
    await Promise.all(parts.map((part) => this.isBack(part)));
  }

  private kill(part: Part, wipe: boolean): Promise<void> {
    this.frozenUntil.delete(part);
    if (isReplica(part)) {
      this.installation.kill(part);
      return Promise.resolve();
    }
    // Two that strike it at the same time strike it once.
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
    // Whoever freezes it for longer thaws it.
    for (let left = seconds * 1_000; left > 0; left = (this.frozenUntil.get(part) ?? 0) - Date.now()) await delay(left);
    this.frozenUntil.delete(part);
    this.installation.thaw(part);
  }

  private async isBack(part: Part): Promise<void> {
    if (isReplica(part)) return this.installation.ready(part);
    if (part === 'postgres') await eventually(() => this.installation.releases.pool.query('SELECT'), { timeoutMs: RECOVERED_MS });
    if (part === 'playground')
      await eventually(() => this.installation.cluster.json({ path: '/api/v1/namespaces' }), { timeoutMs: RECOVERED_MS });
  }
}
