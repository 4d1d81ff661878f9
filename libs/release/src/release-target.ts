import type { ReleaseEvent } from './events';
import type { Target } from './plan';
import type { PlannedState } from './state';

/** The workload that a planned release changes, and where it is. */
export const releaseTarget = ({ plan, request }: Pick<PlannedState, 'plan' | 'request'>): Required<Target> => ({
  workload: request.workload,
  ...plan.steps[0]!.target,
});

/** The outcome or finding with its target. */
export const aboutTarget = (fact: ReleaseEvent, target: Target): ReleaseEvent =>
  ({ ...fact, data: { ...fact.data, target } }) as ReleaseEvent;
