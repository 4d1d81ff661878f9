import type { Current } from '../current';
import { rulesOf } from '../step-kinds/registry';
import { awaitedFollower } from './follower';

/** What a step waits for, as the end of `waited for …`. `workload`: name of the Deployment. */
export function waitedFor(current: Current, workload: string): string {
  const follower = awaitedFollower(current);
  return follower ? `${follower.object.kind} ${follower.object.name}` : rulesOf(current.spec).waitedFor(current, workload);
}

/** The command that shows why; empty if the step waits for no pods. */
export function whereToLook({ spec }: Current, workload: string): string {
  const { place } = rulesOf(spec);
  if (place === null) return '';
  return `; see kubectl -n ${spec.target.namespace} describe deployment ${place === 'workload' ? workload : `${workload}-${place}`}, and its pods`;
}
