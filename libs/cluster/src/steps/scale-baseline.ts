import { RELEASE_LABEL } from '@alloy/contracts';
import type { DesiredOf } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { done, firstOf, refused, waitFor, write, type NextWrite } from '../write';
import { drained } from './drained';
import { asCreated, ensureReplicas } from './ensure';
import { ownBaseline, removeBaseline } from './remove-baseline';

/**
 * Scales the baseline beside stable and the canary, which keep their pods, and waits until it is ready. Without pods it
 * is removed.
 */
export function scaleBaseline(desired: DesiredOf<'scaleBaseline'>, live: Live): NextWrite {
  const { pods } = desired;
  return (pods === 0 ? removed(desired, live) : scaled(desired, live)) ??
    done({ type: 'WorkloadScaled', data: { track: 'baseline', replicas: pods } });
}

function scaled(desired: DesiredOf<'scaleBaseline'>, live: Live): NextWrite | undefined {
  const { pods, manifest, owner } = desired;
  if (!manifest) return refused('artifact_unreadable', 'the manifests of the stable version, which the baseline would run, are missing');
  const baseline = ownBaseline(live);
  // Of another version.
  if (baseline && baseline.object.metadata.labels?.[RELEASE_LABEL] !== owner.releaseId) return removeBaseline(desired, live);
  if (!baseline) return write({ verb: 'create', object: asCreated(manifest, owner) });
  return ensureReplicas(desired, baseline, pods) ?? (isReady(baseline, pods) ? undefined : waitFor('baseline_ready'));
}

const isReady = ({ ready, pods: all }: LiveWorkload, pods: number): boolean => ready >= pods && all === pods;

/** First its pods, so that their last requests can end while their number is known. */
function removed(desired: DesiredOf<'scaleBaseline'>, live: Live): NextWrite | undefined {
  const baseline = ownBaseline(live);
  if (!baseline) return undefined;
  return firstOf(
    () => removeBaseline(desired, live, 'pods'),
    () => (baseline.pods > 0 ? waitFor('pods_gone') : undefined),
    () => drained(desired, baseline),
    () => removeBaseline(desired, live),
  );
}
