import type { AutoscalerPlan } from '../plan';

/** What the autoscaler of the workload means for a canary, without a full stop. */
export function autoscalerText({ kind, name, measures }: AutoscalerPlan): string {
  const scaler = `${kind} ${name}`;
  switch (measures) {
    case 'allPods':
      return `${scaler} counts the canary's pods too, so the canary follows stable only to fewer pods`;
    case 'stablePods':
      return `${scaler} does not count the canary's pods and sizes stable for its part of the traffic; the canary follows stable`;
    case 'external':
      return `${scaler} sizes stable for the whole traffic; the canary follows stable`;
  }
}
