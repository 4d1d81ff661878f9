import type { IntOrPercent } from '../kinds';

/** The fields of a ReplicaSet that a rolling update uses. */
export interface Scalable {
  readonly name: string;
  /** spec.replicas */
  readonly replicas: number;
  readonly available: number;
}
export interface Bounds {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}
/** New spec.replicas by ReplicaSet's name; empty: nothing to do now. */
export type Scales = ReadonlyMap<string, number>;

const resolve = (value: IntOrPercent, of: number, round: (value: number) => number): number =>
  typeof value === 'number'
    ? value
    : value.endsWith('%')
      ? round((Number.parseInt(value, 10) * of) / 100)
      : Number.parseInt(value, 10) || 0;

/**
 * Rounds surge up and unavailability down; if both were 0 the rollout could not progress, so one pod may be
 * unavailable.
 */
export function resolveBounds(desired: number, maxSurge: IntOrPercent = '25%', maxUnavailable: IntOrPercent = '25%'): Bounds {
  const surge = resolve(maxSurge, desired, Math.ceil);
  const unavailable = Math.min(desired, resolve(maxUnavailable, desired, Math.floor));
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

const total = (sets: readonly Scalable[]): number => sets.reduce((sum, { replicas }) => sum + replicas, 0);

/**
 * One step of Kubernetes' rolling update: grows the new ReplicaSet as the surge allows, else shrinks old ones as
 * availability allows.
 */
export function nextRollingScales(desired: number, bounds: Bounds, fresh: Scalable, old: readonly Scalable[]): Scales {
  const grown = growNew(desired, bounds, fresh, old);
  return grown === fresh.replicas ? shrinkOld(desired, bounds, fresh, old) : new Map([[fresh.name, grown]]);
}

function growNew(desired: number, { maxSurge }: Bounds, fresh: Scalable, old: readonly Scalable[]): number {
  if (fresh.replicas >= desired) return desired;
  const room = desired + maxSurge - total([fresh, ...old]);
  return room <= 0 ? fresh.replicas : fresh.replicas + Math.min(room, desired - fresh.replicas);
}

/** `old`: oldest first. Unavailable pods are removed first, because they serve no traffic. */
function shrinkOld(desired: number, { maxUnavailable }: Bounds, fresh: Scalable, old: readonly Scalable[]): Scales {
  const scales = new Map<string, number>();
  const minAvailable = desired - maxUnavailable;
  let unhealthyBudget = total([fresh, ...old]) - minAvailable - (fresh.replicas - fresh.available);
  if (unhealthyBudget <= 0) return scales;
  const current = ({ name, replicas }: Scalable): number => scales.get(name) ?? replicas;
  for (const set of old) {
    const down = Math.min(unhealthyBudget, Math.max(0, set.replicas - set.available));
    if (down > 0) scales.set(set.name, set.replicas - down);
    unhealthyBudget -= down;
  }
  let budget = Math.min(unhealthyBudget, fresh.available + old.reduce((sum, { available }) => sum + available, 0) - minAvailable);
  for (const set of old) {
    const down = Math.min(budget, current(set));
    if (down <= 0) continue;
    scales.set(set.name, current(set) - down);
    budget -= down;
  }
  return scales;
}

/**
 * Distributes a changed replica count during a rollout as Kubernetes does: in proportion to size, the largest first,
 * the rest to the largest. `sets`: oldest first; of two of the same size the newest is the largest if they grow, and
 * the oldest if they shrink. `max`: the pods of all, with the surge, when the count was set last.
 */
export function proportionalScales(
  desired: number, { maxSurge }: Bounds, sets: ReadonlyArray<Scalable & { readonly max: number }>,
): Scales {
  const after = desired > 0 ? desired + maxSurge : 0;
  const change = after - total(sets);
  const bySize = (change > 0 ? [...sets].reverse() : [...sets]).sort((a, b) => b.replicas - a.replicas);
  let added = 0;
  const sizes = bySize.map(({ name, replicas, max }) => {
    const share = desired === 0 ? -replicas : Math.round((replicas * after) / (max || total(sets))) - replicas;
    const part = change > 0 ? Math.min(share, change - added) : change < 0 ? Math.max(share, change - added) : 0;
    added += part;
    return [name, replicas + part] as const;
  });
  return new Map(sizes.map(([name, size], index) => [name, index === 0 ? Math.max(0, size + change - added) : size]));
}
