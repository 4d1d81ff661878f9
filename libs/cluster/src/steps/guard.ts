import type { KubeObject } from '@alloy/contracts';
import type { Desired } from '../desired';
import { standing } from '../fence';
import type { Live } from '../live';
import { keyOf } from '../with-owner';
import { ownBaseline } from './remove-baseline';
import { refused, type NextWrite } from '../write';

/**
 * Refuses to write to objects of another installation or project, and returns stale if a newer decision has already
 * written. Undefined: the step may write.
 */
export function guard(desired: Desired, live: Live): NextWrite | undefined {
  // A canary Deployment without labels of Alloy was not created by Alloy.
  if (desired.kind !== 'handBack' && live.canary && standing(live.canary.object, desired.owner) === 'unowned') {
    return foreign(live.canary.object);
  }
  const stranger = desired.kind === 'scaleBaseline' && live.baseline && !ownBaseline(live);
  if (stranger) return foreign(live.baseline!.object);
  const workloads: ReadonlyArray<KubeObject | undefined> = [live.web?.object, live.canary?.object, ownBaseline(live)?.object];
  for (const object of [...workloads, ...sharedOfStep(desired, live)]) {
    if (!object) continue;
    const found = standing(object, desired.owner);
    // A rollback does not change foreign shared objects, and does not fail because of them.
    if (found === 'foreign' && (desired.kind !== 'rollback' || workloads.includes(object))) return foreign(object);
    if (found === 'newer') return { kind: 'stale', object: `${object.kind}/${object.metadata.name}` };
  }
  return undefined;
}

const sharedOfStep = (desired: Desired, live: Live): readonly (KubeObject | undefined)[] =>
  'shared' in desired ? desired.shared.map(({ object }) => live.shared.get(keyOf(object))) : [];

const foreign = ({ kind, metadata }: KubeObject): NextWrite =>
  refused('foreign_owner', `${kind} ${metadata.name} is managed by another installation or project, or was not made by Alloy`);
