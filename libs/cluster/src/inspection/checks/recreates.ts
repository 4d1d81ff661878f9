import type { Refusal } from '@alloy/release';
import { deploymentOf } from '../../revision';
import type { InspectInput } from '../inspect';

/** A canary is requested of a Deployment with the strategy Recreate. */
export function recreates({ bundle, live, wantsCanary }: InspectInput): Refusal | null {
  const found = [deploymentOf(bundle), live.web?.object].some((deployment) => deployment?.spec.strategy?.type === 'Recreate');
  if (!wantsCanary || !found) return null;
  const text = `Deployment ${bundle.workload} has the strategy Recreate, which can't be released as a canary or by blueGreen`;
  return { code: 'strategy_unsupported', text };
}
