import type { Refusal } from '@alloy/release';
import { deploymentOf } from '../../revision';
import type { InspectInput } from '../inspect';

/** A canary, or a rollout with bounds or steps, is requested of a Deployment with the strategy Recreate. */
export function recreates({ bundle, live, wantsCanary, rollout }: InspectInput): Refusal | null {
  if (rollout && deploymentOf(bundle).spec.strategy?.type === 'Recreate') {
    const why = `which ends all pods at once; \`rollout\` of the policy is for RollingUpdate`;
    return { code: 'strategy_unsupported', text: `Deployment ${bundle.workload} has the strategy Recreate, ${why}` };
  }
  const found = [deploymentOf(bundle), live.web?.object].some((deployment) => deployment?.spec.strategy?.type === 'Recreate');
  if (!wantsCanary || !found) return null;
  const text = `Deployment ${bundle.workload} has the strategy Recreate, which can't be released as a canary or by blueGreen`;
  return { code: 'strategy_unsupported', text };
}
