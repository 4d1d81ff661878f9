import { isDeepStrictEqual } from 'node:util';
import type { Controller, ControllerContext } from '../controllers/controller-context';
import { matchesSelector } from '../controllers/label-selector';
import { keyOf } from '../controllers/ownership';
import type { Condition, Deployment, Pod } from '../kinds';
import type { PlaygroundObject } from '../objects';
import { trackUpdate } from '../api/apply/track-update';
import { schemaOf } from '../api/schema/schema';
import { timestamp } from '../store';
import type { Timings } from '../timings';
import { able, findingsOf, type Finding } from './conditions';
import { currentMetricOf, measured, targetOf, withoutRequest, type MetricSpec } from './metric-specs';
import { recommend, type Recommendation } from './recommendation';
import { KEPT_MS, nextScale, type Behavior, type Recommended, type Scaled } from './scaling-rules';

export interface Autoscaler extends PlaygroundObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly MetricSpec[];
    readonly behavior?: Behavior;
  };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas: number;
    readonly lastScaleTime?: string;
    readonly currentMetrics?: readonly unknown[];
    readonly conditions?: readonly Condition[];
  };
}

type Status = NonNullable<Autoscaler['status']>;

export interface AutoscalerOptions extends ControllerContext {
  readonly timings: Timings;
  /** Cores that a pod uses; undefined: not measured. */
  readonly cpuOf: (pod: Pod) => number | undefined;
}

const RESOURCE = 'horizontalpodautoscalers.autoscaling';

/** Thrown for a metric that can't be read; `reason`: that of the condition ScalingActive. */
class NoMetric extends Error {
  constructor(readonly reason: string, message: string) {
    super(message);
  }
}

/**
 * Scales Deployments by the CPU usage of all pods that their selectors match, as the horizontal-pod-autoscaler of
 * kube-controller-manager does.
 */
export class AutoscalerController implements Controller {
  private timer: NodeJS.Timeout | undefined;
  private readonly recommended = new Map<string, readonly Recommended[]>();
  private readonly scaled = new Map<string, readonly Scaled[]>();

  constructor(private readonly options: AutoscalerOptions) {}

  start(): void {
    this.timer = setInterval(() => this.observeAll(), this.options.timings.autoscalerSync);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private observeAll(): void {
    for (const hpa of this.options.store.list<Autoscaler>(RESOURCE)) {
      try {
        this.observe(hpa);
      } catch (error) {
        this.options.onError(error, keyOf(hpa));
      }
    }
  }

  private observe(hpa: Autoscaler): void {
    const { scaleTargetRef: { kind, name } } = hpa.spec;
    const { namespace } = hpa.metadata;
    const ref = { resource: 'deployments.apps', namespace, name };
    const target = kind === 'Deployment' ? this.options.store.get<Deployment>(ref) : undefined;
    if (!target) {
      const message = `the HPA controller was unable to get the target's current scale: deployments.apps "${name}" not found`;
      return this.write(hpa, { desiredReplicas: hpa.status?.desiredReplicas ?? 0 }, [
        { type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message },
      ]);
    }
    const current = target.spec.replicas ?? 1;
    if (current === 0 && hpa.spec.minReplicas !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      return this.write(hpa, { ...this.counted(target), desiredReplicas: 0 }, [
        able, { type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled', message },
      ]);
    }
    try {
      this.scale(hpa, target, current);
    } catch (error) {
      if (!(error instanceof NoMetric)) throw error;
      const message = `the HPA was unable to compute the replica count: ${error.message}`;
      this.options.events.record(hpa, 'Warning', error.reason, error.message);
      this.write(hpa, { ...this.counted(target), desiredReplicas: hpa.status?.desiredReplicas ?? 0 }, [
        able, { type: 'ScalingActive', status: 'False', reason: error.reason, message },
      ]);
    }
  }

  private scale(hpa: Autoscaler, target: Deployment, current: number): void {
    const { store, clock, events } = this.options;
    const { minReplicas: min = 1, maxReplicas: max, behavior } = hpa.spec;
    const now = clock().getTime();
    const found = this.measure(hpa, target, current, now);
    const key = keyOf(hpa);
    const recommended = [...kept(this.recommended.get(key), now), { at: now, replicas: found.replicas }];
    this.recommended.set(key, recommended);
    const scaled = kept(this.scaled.get(key), now);
    const next = nextScale({ now, current, min, max, behavior, recommended, scaled });
    if (next.replicas !== current) {
      const changed = { ...target, spec: { ...target.spec, replicas: next.replicas } };
      const writer = { manager: 'kube-controller-manager', operation: 'Update' as const, apiVersion: 'apps/v1', subresource: 'scale' };
      const managedFields = trackUpdate(target, changed, writer, {
        schema: schemaOf('apps/v1', 'Deployment'), hasStatus: true, now: clock(),
      });
      store.update({ ...changed, metadata: { ...changed.metadata, managedFields } });
      this.scaled.set(key, [...scaled, { at: now, change: next.replicas - current }]);
      const direction = next.replicas > current ? 'cpu resource utilization above target' : 'All metrics below target';
      events.record(hpa, 'Normal', 'SuccessfulRescale', `New size: ${next.replicas}; reason: ${direction}`);
    }
    const lastScaleTime = next.replicas === current ? hpa.status?.lastScaleTime : timestamp(clock());
    this.write(
      hpa,
      {
        ...this.counted(target), desiredReplicas: next.replicas, currentMetrics: found.metrics,
        ...(lastScaleTime !== undefined && { lastScaleTime }),
      },
      findingsOf(next, current),
    );
  }

  /** The highest of the recommendations of all metrics. */
  private measure(
    { spec }: Autoscaler, { spec: { selector }, metadata: { namespace } }: Deployment, current: number, now: number,
  ): { readonly replicas: number; readonly metrics: readonly unknown[] } {
    const { store, timings, cpuOf } = this.options;
    const pods = store.list<Pod>('pods', namespace).filter(({ metadata }) => matchesSelector(selector, metadata.labels));
    const measuring = { now, windowMs: timings.metricsWindow, initializationMs: timings.cpuInitialization, cpuOf };
    const samples = pods.map((pod) => measured(pod, measuring));
    const found = (spec.metrics ?? []).map((metric) => {
      const target = targetOf(metric);
      if (!target) throw new NoMetric('InvalidMetricSourceType', `the playground has only the metric cpu of pods, not ${metric.type}`);
      if (pods.length === 0) throw noCpu('no pods returned by selector while calculating replica count');
      const short = target.type === 'utilization' ? pods.find((pod) => withoutRequest(pod) !== undefined) : undefined;
      if (short) throw noCpu(`missing request for cpu in container ${withoutRequest(short)!.name} of Pod ${short.metadata.name}`);
      const recommendation = recommend(current, target, samples);
      if (!recommendation) throw noCpu('did not receive metrics for targeted pods (pods might be unready)');
      return { recommendation, metric: currentMetricOf(target, recommendation, samples) };
    });
    return {
      replicas: Math.max(...found.map(({ recommendation }: { recommendation: Recommendation }) => recommendation.replicas)),
      metrics: found.map(({ metric }) => metric),
    };
  }

  private counted(target: Deployment): Pick<Status, 'currentReplicas'> {
    return { currentReplicas: target.status?.replicas ?? 0 };
  }

  private write(observed: Autoscaler, status: Status, findings: readonly Finding[]): void {
    const { store, clock } = this.options;
    const hpa = store.get<Autoscaler>({ resource: RESOURCE, namespace: observed.metadata.namespace, name: observed.metadata.name });
    if (!hpa) return;
    const conditions = findings.map((finding): Condition => {
      const before = hpa.status?.conditions?.find(({ type }) => type === finding.type);
      const lastTransitionTime = before?.status === finding.status ? before.lastTransitionTime : undefined;
      return { ...finding, lastTransitionTime: lastTransitionTime ?? timestamp(clock()) };
    });
    const next = { ...status, conditions };
    if (!isDeepStrictEqual(hpa.status, next)) store.update<Autoscaler>({ ...hpa, status: next }, { subresource: 'status' });
  }
}

const noCpu = (why: string): NoMetric => new NoMetric('FailedGetResourceMetric', `failed to get cpu utilization: ${why}`);

const kept = <T extends { readonly at: number }>(all: readonly T[] = [], now: number): readonly T[] =>
  all.filter(({ at }) => at > now - KEPT_MS);
