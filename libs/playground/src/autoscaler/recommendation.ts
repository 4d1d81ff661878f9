/** A pod that the selector of the target matches. Usage and request are in the unit of the target. */
export interface MeasuredPod {
  /** Undefined: there is no metric of it. */
  readonly usage: number | undefined;
  /** What its containers request; only a target by utilization needs it. */
  readonly request: number;
  /** `ignored`: it is being deleted, or has failed. `unready`: it starts. */
  readonly state: 'ready' | 'unready' | 'ignored';
}

/** `utilization`: percent of the requests. `average`: usage per pod. */
export interface MetricTarget {
  readonly type: 'utilization' | 'average';
  readonly value: number;
}

export interface Recommendation {
  readonly replicas: number;
  /** What the metric is now, averaged over the pods, in the unit of the target. */
  readonly current: number;
}

export const TOLERANCE = 0.1;

type Sample = Pick<MeasuredPod, 'request'> & { readonly usage: number };

/**
 * The number of replicas for which the metric would meet its target; undefined: no pod has a metric. All pods that
 * match the selector count, also those of other owners. Source: Kubernetes, "Horizontal Pod Autoscaling", Algorithm
 * details.
 */
export function recommend(currentReplicas: number, target: MetricTarget, pods: readonly MeasuredPod[]): Recommendation | undefined {
  const ready = pods.filter(({ state }) => state === 'ready');
  const measured = ready.filter((pod): pod is MeasuredPod & Sample => pod.usage !== undefined);
  const missing = ready.filter(({ usage }) => usage === undefined);
  const unready = pods.filter(({ state }) => state === 'unready');
  if (measured.length === 0) return undefined;
  const current = averageOf(measured, target);
  const ratio = current / target.value;
  const keep = { replicas: currentReplicas, current };
  // On a scale-down a missing metric counts as the target or the whole request, on a scale-up as 0.
  const assumed = missing.map(({ request }): Sample => ({ request, usage: ratio < 1 ? fallback(target, request) : 0 }));
  const starting = ratio > 1 ? unready.map(({ request }): Sample => ({ request, usage: 0 })) : [];
  const all = [...measured, ...assumed, ...starting];
  const corrected = averageOf(all, target) / target.value;
  if (Math.abs(1 - corrected) <= TOLERANCE || (corrected - 1) * (ratio - 1) < 0) return keep;
  const replicas = Math.ceil(rounded(corrected * all.length));
  const isReversed = (corrected < 1 && replicas > currentReplicas) || (corrected > 1 && replicas < currentReplicas);
  return isReversed && all.length > measured.length ? keep : { replicas, current };
}

/** Utilization is a whole number of percent, as the API has it. */
const averageOf = (samples: readonly Sample[], { type }: MetricTarget): number => {
  const usage = sum(samples.map((sample) => sample.usage));
  return type === 'average' ? usage / samples.length : Math.floor(rounded((100 * usage) / sum(samples.map(({ request }) => request))));
};

const fallback = ({ type, value }: MetricTarget, request: number): number =>
  type === 'average' ? value : (request * Math.max(100, value)) / 100;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Without the error of a sum of fractions. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
