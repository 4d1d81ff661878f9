import type { Refusal } from '@alloy/release';
import type { InspectInput } from '../inspect';

/** Another client has changed the workload since its stable version was recorded, and the policy refuses that. */
export function stableDrifted({ bundle: { workload }, comparison, onDrift }: InspectInput): Refusal | null {
  if (onDrift !== 'refuse' || !comparison?.running) return null;
  const { image, stable, differences } = comparison.live;
  const changes = differences.length > 0 ? ` (changed: ${differences.join(', ')})` : '';
  return {
    code: 'stable_drifted',
    text:
      `Deployment ${workload} runs ${image} and not the stable version ${stable}: another client changed it${changes}. ` +
      'Restore a version with `alloy rollback --to <release>`, or set `onDrift` to `adopt` or `overwrite` in the policy',
  };
}
