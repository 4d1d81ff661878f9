import { split } from '../strategies/split';
import type { PlannedRouter } from './router';

/** The numbers of ready pods are the weights. */
export const podRatio: PlannedRouter = {
  name: 'podRatio', isWeighted: false, managed: [], hasNamedRules: false, keepsUsers: false, split, planned: () => ({ router: 'podRatio' }),
};
