import type { Bundle } from '@alloy/contracts';
import {
  abortDrainSecondsOf, affinityRoutes, demandOf, drainSecondsOf, hasCanary, isShift, isSuspended, isZeroBound, managedRoutesAt,
  stablePodsOf, unavailablePercent, type Current, type ManagedRoute, type Reason, type ReasonCode, type RollbackSpec, type RollingBounds,
  type RunningState, type ScaleDownSpec, type StateOf, type Step,
} from '@alloy/release';
import type { NameHash } from './copies';
import type { Desired, DesiredBase, DesiredOf } from './desired';
import { noPruneProgress, plannedKeys, pruneFailed, prunePlanned, type PruneProgress } from './prune/desired-prune';
import { referencesOf } from './references';
import { surgeOf } from './surge';
import { baselineOf, canaryName, canaryOf, revisionOf, type Revision } from './revision';
import { sharedOf, type Shared } from './shared';
import { keyOf } from './with-owner';

export interface DesiredInput {
  readonly installation: string;
  readonly state: RunningState;
  readonly bundle: Bundle;
  /** The bundle of the version to roll back to, unsealed; null: there is none. */
  readonly stable: Bundle | null;
  readonly nameHash: NameHash;
  /** The step has waited long enough for draining pods; default false. */
  readonly drainIsOver?: boolean;
  /** Default: nothing is deleted or refused yet. */
  readonly pruning?: PruneProgress;
}

/**
 * Part of the step's deadline that it may spend on draining pods. The limit exists because a pod that never ends must
 * not fail the release.
 */
const DRAIN_PART = 1 / 4;

/**
 * The state of the cluster that the current step requires. Null: there is no current step, or it has no effect on the
 * cluster. Pure.
 */
export function desiredCluster(input: DesiredInput): Desired | null {
  const { current } = input.state;
  if (!current || isSuspended(input.state)) return null;
  switch (current.spec.kind) {
    case 'rollback':
      return rollback(input, current.spec);
    case 'scaleDownCanary':
      return { ...returning(input, current.spec), kind: 'scaleDownCanary' };
    default:
      return forStep(input, current.spec);
  }
}

function base({ installation, state, bundle, drainIsOver }: DesiredInput, spec: Current['spec']): DesiredBase {
  return {
    ...ownerOf(installation, state, { spec, ref: { decision: decisionOf(state.current) } }),
    web: bundle.workload,
    canary: canaryName(bundle.workload),
    router: state.plan.router,
    ...trafficOf(state, drainIsOver ? 0 : drainSecondsOf(state.policy)),
    replicas: Math.min(state.plan.replicas, stablePodsOf(state)),
    ...(state.plan.autoscaler && { isAutoscaled: true as const }),
    ...(state.plan.autoscaler?.measures === 'stablePods' && { demand: Math.ceil(demandOf(state)) }),
  };
}

/** The decision that the executor carries out: a change of the canary's size fences off writes of the size before. */
const decisionOf = (current: Current | null): number => current?.resize?.decision ?? current?.ref.decision ?? 0;

function trafficOf(state: RunningState | StateOf<'stuck'>, drainSeconds: number): Pick<DesiredBase, 'traffic'> {
  const { plan: { traffic }, current } = state;
  return traffic ? { traffic: { ...traffic, drainSeconds, routes: current ? routesOf(state, current) : [] } } : {};
}

/** The routes of the canary that are in effect in the step, beside its weight. */
function routesOf({ plan, policy, releaseId }: RunningState | StateOf<'stuck'>, { ref, spec }: Current): readonly ManagedRoute[] {
  const kept = isShift(spec) ? affinityRoutes({ policy, releaseId, weight: spec.weight }) : [];
  return [...managedRoutesAt(plan, ref.step), ...kept];
}

function ownerOf(
  installation: string,
  state: RunningState | StateOf<'stuck'>,
  { spec, ref: { decision } }: { readonly spec: Current['spec']; readonly ref: Pick<Current['ref'], 'decision'> },
): Pick<DesiredBase, 'owner' | 'namespace'> {
  const fence = { installation, slot: state.slotCounter, version: decision };
  return {
    owner: { project: state.project, environment: state.environment, releaseId: state.releaseId, fence },
    namespace: spec.target.namespace,
  };
}

function forStep(input: DesiredInput, spec: Step): Desired | null {
  const common = base(input, spec);
  const { state } = input;
  switch (spec.kind) {
    case 'apply': {
      const revision = incoming(input, common);
      const canary = {
        ...common, bundle: input.bundle, release: state.releaseId, nameHash: input.nameHash, label: state.plan.traffic?.label,
        options: state.policy.canary,
      };
      const canaryManifest = hasCanary(state.plan) ? canaryOf(canary) : null;
      return { ...common, kind: 'apply', revision, shared: sharedBy(input, common, revision), canaryManifest };
    }
    case 'scaleCanary':
      return { ...common, kind: 'scaleCanary', pods: spec.split.canary, surge: surgeOf(state) };
    case 'scaleBaseline': {
      const stable = outgoing(input, common);
      return {
        ...common,
        kind: 'scaleBaseline',
        pods: spec.replicas,
        manifest: stable && baselineOf(stable, common.namespace, common.owner),
        drainSeconds: input.drainIsOver ? 0 : spec.deadline * DRAIN_PART,
      };
    }
    case 'shiftTraffic':
    case 'setHeaderRoute':
    case 'setMirrorRoute':
      return {
        ...common,
        kind: 'shiftTraffic',
        weight: spec.weight,
        split: spec.split,
        drainSeconds: input.drainIsOver ? 0 : spec.deadline * DRAIN_PART,
      };
    case 'analyse':
    case 'pause': {
      const resize = state.current?.resize;
      return resize && !resize.isDone ? { ...common, kind: 'scaleCanary', pods: resize.split.canary, surge: surgeOf(state) } : null;
    }
    case 'setPartition': {
      const { weight, split, maxSurge, maxUnavailable: allowedMissing } = spec;
      const { replicas } = state.plan;
      const bounds = { maxSurge, maxUnavailable: `${unavailablePercent(replicas - split.stable, replicas)}%` };
      return { ...common, kind: 'setPartition', revision: incoming(input, common), weight, bounds, allowedMissing };
    }
    case 'promote':
      return {
        ...common, kind: 'promote', revision: incoming(input, common, spec.rollingUpdate), promoted: spec.replicas,
        isShifted: state.weights.reached === 100,
      };
    case 'handBack': {
      const revision = revisionOf({ ...common, bundle: input.bundle, release: runningRelease(state), nameHash: input.nameHash });
      return { ...common, kind: 'handBack', revision, objects: revision.shared, keepCopies: new Set(readBy(revision)) };
    }
    case 'retire': {
      const revision = incoming(input, common);
      const kept = [revision, outgoing(input, common)].flatMap((version) => (version ? readBy(version) : []));
      return {
        ...common,
        kind: 'retire',
        replicas: promotedPods(state),
        revision,
        shared: sharedBy(input, common, revision),
        hadCanary: hasCanary(state.plan),
        waits: spec.waits !== false,
        followerRestarts: followerRestarts(state.policy),
        keepCopies: new Set([...kept, ...readByKept(state)]),
        prune: prunePlanned(state, common.namespace, input.pruning ?? noPruneProgress),
      };
    }
  }
}

/** Those of a start: a follower gets no traffic that Alloy controls. Three also without `maxRestarts`, as before it. */
const followerRestarts = ({ maxRestarts = 'none' }: RunningState['policy']): number =>
  maxRestarts === 'none' ? 3 : maxRestarts.starting;

/** Reasons of a rollback that prove that the new version itself is bad, so that its responses do harm. */
const BAD: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['error_rate', 'unhealthy', 'crash_loop', 'out_of_memory']);

/**
 * What a stuck release requires first: no traffic on a bad canary. Null: the canary is not known to be bad, or there is
 * no stable version that could serve instead. Needs no manifests, because missing manifests may be the reason why the
 * release is stuck. Pure.
 */
export function withdrawal(installation: string, state: StateOf<'stuck'>): DesiredOf<'withdraw'> | null {
  const { current, stable, plan, request } = state;
  if (current?.spec.kind !== 'rollback' || stable === null || !BAD.has(causeOf(state).code)) return null;
  return {
    ...ownerOf(installation, state, current),
    web: request.workload,
    canary: canaryName(request.workload),
    router: plan.router,
    // Its answers do harm.
    ...trafficOf(state, 0),
    replicas: current.spec.replicas,
    kind: 'withdraw',
    stable: stable.releaseId,
  };
}

/** Why the version is rolled back; of a release that was held and then aborted, the failure that held it. */
const causeOf = ({ heldFor, rollbackReason }: StateOf<'rollingBack' | 'stuck'>): Reason => heldFor ?? rollbackReason;

const promotedPods = ({ plan }: RunningState): number => plan.steps.find((step) => step.kind === 'promote')?.replicas ?? plan.replicas;

/** What gives stable all of the traffic. */
function returning(input: DesiredInput, spec: RollbackSpec | ScaleDownSpec): DesiredBase {
  const drainSeconds = input.drainIsOver ? 0 : abortDrainSecondsOf(input.state.policy);
  return { ...base(input, spec), ...trafficOf(input.state, drainSeconds), replicas: spec.replicas };
}

function rollback(input: DesiredInput, spec: RollbackSpec): Desired {
  const common = returning(input, spec);
  const revision = spec.to ? outgoing(input, common, boundsOfRollback(input.state)) : null;
  // Without a version to roll back to, the workload keeps its template, and what it reads stays.
  const failed = incoming(input, common);
  const progress = input.pruning ?? noPruneProgress;
  const { policy } = input.state;
  return {
    ...common,
    kind: 'rollback',
    revision,
    shared: revision ? sharedBy(input, common, revision) : [],
    overwritesChange: input.state.overwritesChange ?? false,
    deletedByRelease: plannedKeys(input.state),
    keepCopies: new Set([...readBy(revision ?? failed), ...readByKept(input.state)]),
    prune: revision && input.stable
      ? pruneFailed({ policy, failed, revision, stable: input.stable }, common, progress)
      : { ...progress, candidates: [] },
    canaryLast: canaryIsHealthy(input.state),
    scaleToZero: spec.to === null && spec.onFirstFailure === 'scaleToZero',
  };
}

/** From promotion on the canary carries the traffic. It is healthy unless it is what failed. */
function canaryIsHealthy(state: RunningState): boolean {
  if (state.status !== 'rollingBack') return false;
  const late = state.rolledBackFrom === 'promoting' || state.rolledBackFrom === 'baking';
  const cause = causeOf(state);
  return late && cause.evidence['track'] !== 'canary' && cause.code !== 'error_rate';
}

/** The release whose version runs; null: it was adopted. */
const runningRelease = ({ stable, releaseId }: RunningState): string | null => (stable ? stable.releaseId : releaseId);

const incoming = ({ bundle, state, nameHash }: DesiredInput, common: DesiredBase, rollingUpdate?: RollingBounds): Revision =>
  revisionOf({ ...common, bundle, release: state.releaseId, nameHash, rollingUpdate });

const outgoing = ({ stable, state, nameHash }: DesiredInput, common: DesiredBase, rollingUpdate?: RollingBounds): Revision | null =>
  stable && state.stable ? revisionOf({ ...common, bundle: stable, release: state.stable.releaseId, nameHash, rollingUpdate }) : null;

/** Without additional pods in the policy the cluster has no room for one: then a rollback must not need it either. */
const boundsOfRollback = ({ policy: { rollout = {} }, plan }: RunningState): RollingBounds | undefined =>
  plan.strategy === 'rollout' && isZeroBound(rollout.maxSurge)
    ? { maxSurge: 0, ...(rollout.maxUnavailable !== undefined && { maxUnavailable: rollout.maxUnavailable }) }
    : undefined;

const sharedBy = ({ nameHash }: DesiredInput, { namespace, owner }: DesiredBase, revision: Revision): readonly Shared[] =>
  revision.shared.map((object) => sharedOf(object, namespace, owner, nameHash));

/** Keys of copies that pods of workloads read that the release leaves although no version has them. */
const readByKept = ({ plan }: RunningState): readonly string[] => plan.prune?.copies ?? [];

/**
 * Keys of the ConfigMaps and Secrets that the version reads, including the copies of all its workloads. An adopted
 * version may read copies of a release.
 */
const readBy = ({ asked, copies }: Revision): readonly string[] => [
  ...referencesOf(asked.spec.template).map(({ kind, name }) => `${kind}/${name}`), ...copies.map(keyOf),
];
