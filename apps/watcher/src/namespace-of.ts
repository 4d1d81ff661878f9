import type { PlannedState } from '@alloy/release';

/** The namespace in which the release runs. */
export const namespaceOf = ({ plan }: Pick<PlannedState, 'plan'>): string => plan.steps[0]!.target.namespace;
