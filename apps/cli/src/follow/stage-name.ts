import type { Plan } from '@alloy/release';
import { percent } from '../tree/verdict-text';

/**
 * `canary 17 %`; of a rollout by steps `rollout 17 %`; of a blueGreen release `preview` before the switch, and `green`
 * after it. `weight`: percent.
 */
export function stageName({ strategy }: Pick<Plan, 'strategy'>, weight: number): string {
  if (strategy === 'rollout') return `rollout ${percent(weight)}`;
  if (strategy === 'blueGreen') return weight === 0 ? 'preview' : 'green';
  return `canary ${percent(weight)}`;
}
