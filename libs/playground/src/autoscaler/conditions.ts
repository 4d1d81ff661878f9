import type { Condition } from '../kinds';
import type { Scale } from './scaling-rules';

export type Finding = Pick<Condition, 'type' | 'status'> & { readonly reason: string; readonly message: string };

const STABILIZED = 'recent recommendations were higher than current one, applying the highest recent recommendation';
const WITHIN_RANGE = 'the desired count is within the acceptable range';

export const able: Finding = {
  type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale',
  message: "the HPA controller was able to get the target's current scale",
};

/** The conditions after a recommendation. */
export function findingsOf({ replicas, isStabilized, limitedBy }: Scale, current: number): readonly Finding[] {
  const abling: Finding = replicas !== current
    ? { ...able, reason: 'SucceededRescale', message: `the HPA controller was able to update the target scale to ${replicas}` }
    : isStabilized
      ? { ...able, reason: 'ScaleDownStabilized', message: STABILIZED }
      : { ...able, reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
  return [
    abling,
    {
      type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound',
      message: 'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
    },
    limitedBy
      ? { type: 'ScalingLimited', status: 'True', reason: limitedBy, message: limits[limitedBy] }
      : { type: 'ScalingLimited', status: 'False', reason: 'DesiredWithinRange', message: WITHIN_RANGE },
  ];
}

const limits: Readonly<Record<NonNullable<Scale['limitedBy']>, string>> = {
  TooFewReplicas: 'the desired replica count is less than the minimum replica count',
  TooManyReplicas: 'the desired replica count is more than the maximum replica count',
  ScaleUpLimit: 'the desired replica count is increasing faster than the maximum scale rate',
  ScaleDownLimit: 'the desired replica count is decreasing faster than the maximum scale rate',
};
