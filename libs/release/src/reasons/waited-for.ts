import type { Current } from '../state';
import { awaitedFollower } from './follower';

/** What a step waits for, as the end of `waited for …`. `workload`: name of the Deployment. */
export function waitedFor(current: Current, workload: string): string {
  const { spec, effectDone } = current;
  const follower = awaitedFollower(current);
  if (follower) return `${follower.object.kind} ${follower.object.name}`;
  const canary = `${workload}-canary`;
  switch (spec.kind) {
    case 'apply':
      return 'the objects of the new version to be created';
    case 'scaleCanary':
      return effectDone
        ? `${pods(spec.split.canary)} of Deployment ${canary}`
        : `Deployment ${canary} to be scaled, and ${pods(spec.split.canary)} of it`;
    case 'shiftTraffic':
      return `${pods(spec.split.canary)} of Deployment ${canary}, and Deployment ${workload} to shrink to ${spec.split.stable}`;
    case 'analyse':
      return 'a verdict';
    case 'promote':
      return `${effectDone ? '' : `Deployment ${workload} to be replaced, and `}${pods(spec.replicas)} of the new version`;
    case 'retire':
      return `the shared objects to be updated and Deployment ${canary} to be removed`;
    case 'handBack':
      return `${pods(spec.replicas)} of Deployment ${workload}, and Deployment ${canary} to be removed`;
    case 'rollback':
      return spec.to === null
        ? `Deployment ${canary} to be removed`
        : `${pods(spec.replicas)} of ${spec.to.imageTag} in Deployment ${workload}, and the pods of ${canary} to end`;
  }
}

const pods = (count: number): string => `${count} ready pod${count === 1 ? '' : 's'}`;

/** The command that shows why; empty if the step waits for no pods. */
export function whereToLook({ spec }: Current, workload: string): string {
  if (spec.kind === 'apply' || spec.kind === 'retire' || spec.kind === 'analyse') return '';
  const isCanary = spec.kind === 'scaleCanary' || spec.kind === 'shiftTraffic';
  return `; see kubectl -n ${spec.target.namespace} describe deployment ${isCanary ? `${workload}-canary` : workload}, and its pods`;
}
