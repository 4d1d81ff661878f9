import { deletedText } from '@alloy/release';
import type { DesiredOf } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { done, refused, waitFor, type NextWrite } from '../write';
import { ensureReplicas } from './ensure';

/**
 * Scales the canary, and does not change stable, so that capacity is added first. The watcher reports when the pods are
 * ready. A canary that shrinks keeps its weight: the plan leaves it the pods that the weight needs.
 */
export function scaleCanary(desired: DesiredOf<'scaleCanary'>, live: Live): NextWrite {
  if (!live.canary) return canaryRemoved(desired.canary);
  const pods = podsOf(desired, live, live.canary);
  const short = pods > desired.pods ? waitFor('stable_ready') : undefined;
  const started = Math.max(live.canary.replicas, live.canary.ready + desired.surge);
  return (
    ensureReplicas(desired, live.canary, Math.min(pods, started)) ??
    (started < pods ? waitFor('canary_ready') : undefined) ??
    short ??
    (live.canary.pods > pods ? waitFor('pods_gone') : undefined) ??
    done({ type: 'WorkloadScaled', data: { track: 'canary', replicas: desired.pods } })
  );
}

/**
 * Number of pods of the canary. A leftover of an ended release may have more than requested: it keeps those that stable
 * does not have ready.
 */
const podsOf = ({ pods, replicas }: DesiredOf<'scaleCanary'>, { web }: Live, canary: LiveWorkload): number =>
  Math.max(pods, Math.min(canary.replicas, replicas - (web?.ready ?? 0)));

export const canaryRemoved = (name: string): NextWrite => refused('canary_deleted', deletedText({ kind: 'Deployment', name }));
