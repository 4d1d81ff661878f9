import type { JsonObject } from '../json';
import { isObject } from '../json';
import { fill, within } from './fill';

const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };
const percent = { type: 'Percent', value: 100, periodSeconds: 15 };

/** The defaults of a HorizontalPodAutoscaler's spec. A behaviour that names one direction gets the rules of both. */
export function defaultAutoscaler(spec: JsonObject): JsonObject {
  return within(fill(spec, { minReplicas: 1, metrics: [cpu] }), 'behavior', (behavior) => {
    if (!isObject(behavior) || (behavior['scaleUp'] === undefined && behavior['scaleDown'] === undefined)) return behavior;
    return {
      ...behavior,
      scaleUp: fill(behavior['scaleUp'], {
        stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, percent],
      }),
      scaleDown: fill(behavior['scaleDown'], { selectPolicy: 'Max', policies: [percent] }),
    };
  });
}
