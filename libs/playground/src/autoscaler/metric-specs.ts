import { quantityOf } from '@alloy/contracts';
import { isTerminating, isReady, readySince } from '../controllers/pod-state';
import type { Container, Pod } from '../kinds';
import { isSidecar } from '../pods/pod-runner';
import type { MeasuredPod, MetricTarget, Recommendation } from './recommendation';

/** A metric of a HorizontalPodAutoscaler's spec, as far as the playground reads it. */
export interface MetricSpec {
  readonly type: string;
  readonly resource?: {
    readonly name: string;
    readonly target: { readonly type: string; readonly averageUtilization?: number; readonly averageValue?: string };
  };
}

/** Undefined: the playground has no such metric. */
export function targetOf({ type, resource }: MetricSpec): MetricTarget | undefined {
  if (type !== 'Resource' || resource?.name !== 'cpu') return undefined;
  const { averageUtilization, averageValue } = resource.target;
  if (averageUtilization !== undefined) return { type: 'utilization', value: averageUtilization };
  return averageValue === undefined ? undefined : { type: 'average', value: quantityOf(averageValue) };
}

const millis = (cores: number): string => `${Math.round(cores * 1000)}m`;

/** The metric as `status.currentMetrics` has it. */
export function currentMetricOf({ type }: MetricTarget, { current }: Recommendation, pods: readonly MeasuredPod[]): unknown {
  const usages = pods.flatMap(({ usage, state }) => (usage !== undefined && state === 'ready' ? [usage] : []));
  const averageValue = millis(usages.reduce((sum, usage) => sum + usage, 0) / usages.length);
  return {
    type: 'Resource',
    resource: { name: 'cpu', current: { averageValue, ...(type === 'utilization' && { averageUtilization: current }) } },
  };
}

/** The pod's containers and sidecars that request no CPU, without which there is no utilization; undefined: none. */
export const withoutRequest = ({ spec }: Pod): Container | undefined =>
  running(spec).find(({ resources }) => requestOf({ resources }) === undefined);

const running = ({ containers, initContainers = [] }: Pod['spec']): readonly Container[] => [
  ...containers, ...initContainers.filter(isSidecar),
];

/** A missing request equals the limit. */
function requestOf({ resources: { requests, limits } = {} }: Pick<Container, 'resources'>): number | undefined {
  const quantity = requests?.['cpu'] ?? limits?.['cpu'];
  return quantity === undefined ? undefined : quantityOf(quantity);
}

export interface Measuring {
  /** Ms since 1970. */
  readonly now: number;
  readonly windowMs: number;
  readonly initializationMs: number;
  /** Cores; undefined: not measured. */
  readonly cpuOf: (pod: Pod) => number | undefined;
}

/** The pod as the algorithm sees it: one that starts, or whose metric is from before it was ready, is unready. */
export function measured(pod: Pod, { now, windowMs, initializationMs, cpuOf }: Measuring): MeasuredPod {
  const usage = cpuOf(pod);
  const request = running(pod.spec).reduce((sum, container) => sum + (requestOf(container) ?? 0), 0);
  if (isTerminating(pod) || pod.status?.phase === 'Failed') return { usage, request, state: 'ignored' };
  if (pod.status?.phase !== 'Running') return { usage, request, state: 'unready' };
  const age = now - Date.parse(pod.metadata.creationTimestamp ?? '');
  const isFresh = usage === undefined || !isReady(pod) || now < (readySince(pod) ?? now) + windowMs;
  return { usage, request, state: age < initializationMs && isFresh ? 'unready' : 'ready' };
}
