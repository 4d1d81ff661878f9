import { crashPointsOf, services, type CrashPointName } from '@alloy/contracts';
import { seededRandom } from '@alloy/playground';
import type { CrashFault } from './fault';
import { shuffled } from './shuffled';

export const CRASHES_PER_SEED = 3;
/** From 1. */
const MOST_PASSINGS = 3;

/** Points that few releases pass: only intents of users, rollbacks, and one checkpoint each minute. */
const rare: ReadonlySet<CrashPointName> = new Set([
  'ingest.after-intent', 'executor.before-rollback-write', 'executor.after-rollback-write', 'checkpoint.after-insert',
]);

/** The crashes of a seed: service, crash point and number of its passing. Four consecutive seeds crash each service. */
export function crashFaultsOf(seed: number): readonly CrashFault[] {
  const random = seededRandom(10_000 + seed);
  const victims = services.map((_, index) => services[(index + seed * CRASHES_PER_SEED) % services.length]!).slice(0, CRASHES_PER_SEED);
  return victims.map((victim) => {
    const [point] = shuffled(crashPointsOf(victim).filter((name) => !rare.has(name)), random);
    return { kind: 'crash', victim, point: point!, passing: 1 + Math.floor(random() * MOST_PASSINGS) };
  });
}
