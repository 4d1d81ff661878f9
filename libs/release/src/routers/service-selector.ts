import type { PlannedRouter } from './router';

/**
 * The selector of the active Service sends all of the traffic to one track, so that both have N pods when it changes.
 * A strategy chooses this router, not the policy.
 */
export const serviceSelector: PlannedRouter = {
  name: 'serviceSelector',
  isWeighted: true,
  managed: [],
  hasNamedRules: false,
  keepsUsers: false,
  split: (replicas) => ({ canary: replicas, stable: replicas }),
  planned: ({ traffic }) => ({ router: 'serviceSelector', ...(traffic && { traffic }) }),
};
