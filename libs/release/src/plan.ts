import type { RequestsPolicy } from './policy-analysis';
import type { RouteMatch } from './policy-matches';
import type { PrunePlan } from './prune-plan';
import type { Preset } from './strategies/presets';

/** The workload that Alloy changes or observes, and where it is. */
export interface Target {
  readonly cluster: string;
  readonly namespace: string;
  /** Name of the Deployment; absent only in plans with rules below 3: `releaseTarget` fills it from the request. */
  readonly workload?: string;
}

/** Number of pods of both tracks at one weight. */
export interface Split {
  readonly canary: number;
  readonly stable: number;
}

/** Bounds of a rolling update as Kubernetes writes them: a number of pods, or a percentage. */
export interface RollingBounds {
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
}

interface StepBase {
  readonly target: Target;
  /** Seconds from the step's last progress (newly ready pod, or its start) to its deadline; `analyse` has its own. */
  readonly deadline: number;
}

/**
 * Creates what the new version needs: versioned copies of ConfigMaps and Secrets, missing shared objects, and the
 * canary Deployment with 0 replicas (if the strategy uses one).
 */
export interface ApplyStep extends StepBase {
  readonly kind: 'apply';
}
/** Scales the canary to `split.canary` ready pods; stable keeps its pods. */
export interface ScaleCanaryStep extends StepBase {
  readonly kind: 'scaleCanary';
  readonly split: Split;
}
/**
 * Shifts the traffic to `weight` percent; with podRatio stable shrinks to `split.stable` once a live read shows the
 * canary ready.
 */
export interface ShiftTrafficStep extends StepBase {
  readonly kind: 'shiftTraffic';
  readonly weight: number;
  readonly split: Split;
}
/**
 * Sends the requests that match to the canary, whatever its weight, until a step of the same name without a match, a
 * promotion or a rollback.
 */
export interface SetHeaderRouteStep extends StepBase {
  readonly kind: 'setHeaderRoute';
  readonly name: string;
  /** Alternatives; null: removes the route of that name. */
  readonly match: readonly RouteMatch[] | null;
  /** Those that the canary has already. */
  readonly weight: number;
  readonly split: Split;
}
/**
 * Sends copies of requests to the canary and ignores its responses, until a step of the same name without a percentage,
 * a promotion or a rollback.
 */
export interface SetMirrorRouteStep extends StepBase {
  readonly kind: 'setMirrorRoute';
  readonly name: string;
  /** Percent of the requests that are copied; null: removes the route of that name. */
  readonly percentage: number | null;
  /** Alternatives; null: every request of the workload. */
  readonly match: readonly RouteMatch[] | null;
  /** Those that the canary has already. */
  readonly weight: number;
  readonly split: Split;
}
/**
 * Creates the Deployment of the baseline and scales it to `replicas` ready pods of the stable version, or removes it
 * (0). Each ready pod gets the same part of the traffic.
 */
export interface ScaleBaselineStep extends StepBase {
  readonly kind: 'scaleBaseline';
  readonly replicas: number;
}
/**
 * Observes for `duration` seconds; still inconclusive at `deadline` (seconds from the step's start) causes a rollback.
 */
export interface AnalyseStep extends StepBase {
  readonly kind: 'analyse';
  readonly weight: number;
  /** The router gives `weight` to the canary, whatever its pods; absent: each ready pod gets the same part. */
  readonly isWeighted?: true;
  /** The canary is compared with the baseline in place of stable; absent: with stable. */
  readonly baseline?: true;
  readonly duration: number;
  readonly mode: 'metrics' | 'health';
  /** Present if Alloy chose the mode; absent: the policy names it. */
  readonly modeChosenBy?: 'auto';
  readonly minRequests: number;
  readonly maxErrorRate: number;
  readonly maxErrorRateIncrease: number;
  /** Part of its expected share of the requests that the canary must count, 0..1; default 0.5. */
  readonly minTrafficShare?: number;
  /** The series to read, if the policy names one. */
  readonly requests?: RequestsPolicy | undefined;
}
/**
 * Waits for `duration` seconds, or until a user promotes or resumes the release (null). The canary keeps its traffic,
 * and the watcher observes its health.
 */
export interface PauseStep {
  readonly kind: 'pause';
  readonly target: Target;
  /** Seconds for which the cluster may not create or schedule pods of the canary; then the release fails. */
  readonly deadline: number;
  readonly weight: number;
  readonly duration: number | null;
}
/**
 * Replaces pods of the Deployment until `split.canary` have the new version and `split.stable` the old one, and stops
 * there: each ready pod gets the same part of the traffic.
 */
export interface SetPartitionStep extends StepBase {
  readonly kind: 'setPartition';
  /** Percent that the policy asks for. */
  readonly weight: number;
  readonly split: Split;
  /** Pods above N. */
  readonly maxSurge: number;
  /** Pods that may be missing meanwhile. */
  readonly maxUnavailable: number;
}
/** Updates the stable Deployment to the new template with N ready pods and all traffic. */
export interface PromoteStep extends StepBase {
  readonly kind: 'promote';
  readonly replicas: number;
  /** Bounds of the rolling update by the policy; absent: the `maxSurge` of the manifest, and no pod may be missing. */
  readonly rollingUpdate?: RollingBounds;
  /** The step ends without waiting for ready pods (emergency); default: it waits. */
  readonly waits?: false;
}
/** Updates shared objects under their own names and removes the canary and leftovers of earlier releases. */
export interface RetireStep extends StepBase {
  readonly kind: 'retire';
  /** The step does not wait for followers (emergency); default: it waits. */
  readonly waits?: false;
}

/**
 * Removes Alloy's labels, annotations and field managers from the objects of the workload, and the canary and unused
 * copies. The pod template does not change, so no pod restarts.
 */
export interface HandBackStep extends StepBase {
  readonly kind: 'handBack';
  /** N: pods that must be ready before a leftover canary is removed. */
  readonly replicas: number;
}

export type Step =
  | ApplyStep | ScaleCanaryStep | ShiftTrafficStep | SetHeaderRouteStep | SetMirrorRouteStep | SetPartitionStep | ScaleBaselineStep
  | AnalyseStep | PauseStep | PromoteStep | RetireStep | HandBackStep;
export type StepKind = Step['kind'];

/** `handBack`: no release of a version; Alloy gives the workload back to its users. */
export const strategyNames = ['rollout', 'canary', 'blueGreen', 'handBack'] as const;
export type Strategy = (typeof strategyNames)[number];
/** What a client may request for a version; `auto`: Alloy chooses the strategy. */
export const releaseStrategyNames = ['auto', 'rollout', 'canary', 'blueGreen'] as const;
export const requestedStrategyNames = [...releaseStrategyNames, 'handBack'] as const;
export type RequestedStrategy = (typeof requestedStrategyNames)[number] | Preset;

/** Methods of sending part of the traffic to the canary, of which a policy chooses one. */
export const policyRouterNames = ['podRatio', 'gatewayApi', 'istio', 'traefik', 'smi', 'nginxIngress'] as const;
/** `serviceSelector`: all of the traffic or none, by the selector of a Service; that of `blueGreen`. */
export const routerNames = [...policyRouterNames, 'serviceSelector'] as const;
export type RouterName = (typeof routerNames)[number];

/**
 * Revision of the decision rules for new plans. 2: a full promotion during the last analysis is answered when that
 * analysis ends;
 * revision 1 refused it afterwards. 3: the target of each step names the workload, and a workload that was scaled to
 * zero keeps 0 pods; before, it got 1.
 */
export const CURRENT_RULES = 3;

/** The objects with which a router divides the traffic, found by the inspection. */
interface TrafficObjects {
  /** The workload's Service, and the one for the canary's pods. */
  readonly service: string;
  readonly canaryService: string;
  /** A label by which the workload's Service and Deployment select, and its value on the canary's pods. */
  readonly label: { readonly name: string; readonly value: string };
}
/** Of a router that shifts the weights of a route, which names the Service; Alloy makes the canary's. */
export interface RouteTraffic extends TrafficObjects {
  readonly route: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  /** Names of the rules of the route whose weights are shifted; absent: all with the Service as a backend. */
  readonly rules?: readonly string[];
  /** Of `nginxIngress`: the Ingress that Alloy makes, and the prefix of the controller's annotations. */
  readonly canaryIngress?: { readonly name: string; readonly annotationPrefix: string };
}
/** Of `serviceSelector`: the active Service, and as `canaryService` the preview Service. */
export interface SwitchTraffic extends TrafficObjects {
  readonly route?: never;
  readonly canaryIngress?: never;
  /** The active Service's own selector, to which it returns; optional only as every later field of an event is. */
  readonly selector?: Readonly<Record<string, string>>;
  /** The preview Service's own selector; absent: Alloy makes the preview Service, and removes it. */
  readonly previewSelector?: Readonly<Record<string, string>>;
}
export type TrafficPlan = RouteTraffic | SwitchTraffic;

/** What sets the number of pods of the workload. */
export interface AutoscalerPlan {
  readonly kind: 'HorizontalPodAutoscaler' | 'ScaledObject';
  readonly name: string;
  /** The most pods that it sets; null: unknown. */
  readonly max: number | null;
  /**
   * `allPods`: an average over the pods that the workload's selector matches, also those of the canary. `stablePods`:
   * the same without the canary's, so that it sizes stable for its own part of the traffic. `external`: what does not
   * depend on pods, such as the length of a queue.
   */
  readonly measures: 'allPods' | 'stablePods' | 'external';
}

/** The steps of a release, fixed in `ReleasePlanned`. */
export interface Plan {
  /**
   * Revision of the decision rules that applies to the release until its end; default 1, for plans without the field.
   */
  readonly rules?: number;
  readonly strategy: Strategy;
  readonly router: RouterName;
  /** Absent: the router has no objects of its own, or the release has no canary. */
  readonly traffic?: TrafficPlan;
  /** Absent: no autoscaler scales the workload, or it was not recorded. */
  readonly autoscaler?: AutoscalerPlan;
  /** N: stable's live replicas at planning, or the manifest's replicas if no pods run. */
  readonly replicas: number;
  readonly steps: readonly Step[];
  /** What the step `retire` deletes of earlier releases, and what it leaves; default nothing. */
  readonly prune?: PrunePlan;
}

/** Whether the stream is no release of a version, but gives the workload back to its users. */
export const handsBack = ({ request }: { readonly request: { readonly strategy: RequestedStrategy } }): boolean =>
  request.strategy === 'handBack';

/** Whether the new version runs beside the stable version before promotion. */
export const hasCanary = ({ steps }: Pick<Plan, 'steps'>): boolean => steps.some(({ kind }) => kind === 'scaleCanary');

/** Whether both versions are pods of the workload's own Deployment, whose rolling update stops in between. */
export const isPartitioned = ({ steps }: Pick<Plan, 'steps'>): boolean => steps.some(({ kind }) => kind === 'setPartition');

/** Steps that change where the route sends the traffic; each ends with `TrafficShifted` at its weight. */
export type ShiftStep = ShiftTrafficStep | SetHeaderRouteStep | SetMirrorRouteStep;
const shiftKinds: ReadonlySet<string> = new Set<ShiftStep['kind']>(['shiftTraffic', 'setHeaderRoute', 'setMirrorRoute']);
export const isShift = (spec: { readonly kind: string }): spec is ShiftStep => shiftKinds.has(spec.kind);
/** Whether the step gives the new version its part of the traffic, and ends with `TrafficShifted` at its weight. */
export const isWeighing = (spec: { readonly kind: string }): spec is ShiftStep | SetPartitionStep =>
  isShift(spec) || spec.kind === 'setPartition';
