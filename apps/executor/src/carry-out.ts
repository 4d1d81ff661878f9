import type { ObjectRef } from '@alloy/cluster';
import type { Current, RunningState } from '@alloy/release';
import { appendOutcome } from './append-outcome';
import { idle, type ExecutorPorts, type Progress } from './executor-ports';
import { hideSecrets } from './hide-secrets';
import { isSamePair, openBundles, sealedOf, type Bundles, type Opened } from './open-bundles';
import { openEffect, reloadIfOpen } from './open-effect';
import { finalRefusalOf } from './refusal-of';
import { writeUntilDone } from './write-until-done';

/**
 * Makes the cluster match the current step until the step is done or waits for pods. Appends the outcome. `first`: the
 * release as the caller has just read it. `ahead`: manifests that the caller opened during that read.
 */
export async function carryOut(first: RunningState, ports: ExecutorPorts, ahead?: Opened): Promise<Progress> {
  const current = openEffect(first);
  if (!current) return idle;
  ports.attempts?.track(first.releaseId, { decision: current.ref.decision, object: workloadOf(first, current) });
  let bundles: Bundles | undefined;
  try {
    const sealed = sealedOf(first);
    bundles = await (ahead && isSamePair(ahead.sealed, sealed) ? ahead.bundles : openBundles(sealed, ports.artifacts));
    const job = { state: first, ref: current.ref, bundles, reload: () => reloadIfOpen(first.releaseId, current.ref, ports) };
    const progress = await writeUntilDone(job, ports);
    if (progress.kind !== 'refused') return progress;
    return appendOutcome(first, current.ref, { type: 'EffectFailed', data: { ...current.ref, refusal: progress.refusal } }, ports);
  } catch (error) {
    const refusal = finalRefusalOf(error);
    if (!refusal) throw error;
    const text = hideSecrets(refusal.text, bundles?.bundle, bundles?.stable);
    return appendOutcome(first, current.ref, { type: 'EffectFailed', data: { ...current.ref, refusal: { ...refusal, text } } }, ports);
  }
}

const workloadOf = ({ request }: RunningState, { spec }: Current): ObjectRef =>
  ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: spec.target.namespace, name: request.workload });
