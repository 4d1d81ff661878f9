import type { Drift, RunningState } from '@alloy/release';
import type { Deployment } from '../json';
import { expectedReplicas } from './expected-replicas';
import { foreignWrites, type ForeignWrite } from './foreign-writes';

/** Maximum number of fields that one drift names. */
const MAX_FIELDS = 20;
const REPLICAS = 'spec.replicas';

/**
 * The changes that other clients have made to the release's Deployments since it was planned. Pure. The number of pods
 * is compared with the number that Alloy requested, because the API server may not record who scales. All other changes
 * come only from the managed fields, and so does the number of pods while Alloy itself changes it.
 */
export function driftOf(
  state: RunningState,
  { stable, canary }: { readonly stable: Deployment | undefined; readonly canary: Deployment | undefined },
): readonly Drift[] {
  const expected = expectedReplicas(state);
  return [...ofStable(state, stable, expected.stable), ...ofDeployment(canary, expected.canary, state.plannedAt)];
}

/** What an autoscaler does to the number of pods is no drift. */
function ofStable({ plan, plannedAt }: RunningState, stable: Deployment | undefined, expected: number | null): readonly Drift[] {
  const drifts = ofDeployment(stable, expected, plannedAt);
  return plan.autoscaler ? drifts.filter(({ fields }) => fields.some(({ path }) => path !== REPLICAS)) : drifts;
}

function ofDeployment(live: Deployment | undefined, expected: number | null, since: string): readonly Drift[] {
  if (!live) return [];
  const object = { kind: live.kind, name: live.metadata.name };
  const writes = foreignWrites(live, since);
  return [
    ...scaled(live, expected, writes).map((drift) => ({ object, ...drift })),
    ...edited(writes).map((drift) => ({ object, ...drift })),
  ];
}

type Change = Omit<Drift, 'object'>;

function scaled(live: Deployment, expected: number | null, writes: readonly ForeignWrite[]): readonly Change[] {
  const found = live.spec.replicas ?? 1;
  const manager = writes.find(({ paths }) => paths.includes(REPLICAS))?.manager ?? null;
  const isDrift = expected === null ? manager !== null : found !== expected;
  return isDrift ? [{ manager, fields: [{ path: REPLICAS, expected, found }] }] : [];
}

const edited = (writes: readonly ForeignWrite[]): readonly Change[] =>
  writes
    .map(({ manager, paths }) => ({
      manager,
      fields: paths
        .filter((path) => path !== REPLICAS)
        .slice(0, MAX_FIELDS)
        .map((path) => ({ path, expected: null, found: null })),
    }))
    .filter(({ fields }) => fields.length > 0);

/** A key that is equal for the same drift, whenever it is observed. */
export const driftKey = ({ object, manager, fields }: Drift): string =>
  JSON.stringify([object.kind, object.name, manager, fields.map(({ path, found }) => [path, found])]);
