import type { Bundle } from '@alloy/contracts';
import { hasCanary, type Current, type Plan, type ReasonCode, type RollbackSpec, type RunningState, type Split, type StateOf, type Step } from '@alloy/release';
import type { NameHash } from './copies';
import type { Owner } from './fence';
import type { Deployment } from './json';
import { canaryName, canaryOf, revisionOf, type Revision } from './revision';
import { sharedOf, type Shared } from './shared';

interface Base {
  readonly owner: Owner;
  readonly namespace: string;
  readonly web: string;
  readonly canary: string;
  /** Pods that must be ready: N, and from retirement on those of the promoted version. */
  readonly replicas: number;
}

/** What the current step wants the cluster to look like. */
export type Desired = Base &
  (
    | { readonly kind: 'apply'; readonly revision: Revision; readonly shared: readonly Shared[]; readonly canaryManifest: Deployment | null }
    | { readonly kind: 'scaleCanary'; readonly pods: number }
    /** `drainSeconds`: so long, at most, pods that stable has lost are waited for while they still run; 0: no longer. */
    | { readonly kind: 'shiftTraffic'; readonly router: Plan['router']; readonly weight: number; readonly split: Split; readonly drainSeconds: number }
    /** `promoted`: pods that the new version is to have in the end. */
    /** A bad canary has no pods, as soon as a pod of `stable` (release; null: adopted) is ready. */
    | { readonly kind: 'withdraw'; readonly stable: string | null }
    | { readonly kind: 'promote'; readonly revision: Revision; readonly promoted: number }
    | { readonly kind: 'retire'; readonly revision: Revision; readonly shared: readonly Shared[]; readonly hadCanary: boolean; readonly keepCopies: ReadonlySet<string> }
    | {
        readonly kind: 'rollback';
        /** null: nothing to go back to. */
        readonly revision: Revision | null;
        readonly shared: readonly Shared[];
        readonly keepCopies: ReadonlySet<string>;
        /** The canary is the healthy copy: it stays until N pods of the old version are ready. */
        readonly canaryLast: boolean;
        readonly scaleToZero: boolean;
      }
  );

export type DesiredKind = Desired['kind'];
export type DesiredOf<K extends DesiredKind> = Extract<Desired, { kind: K }>;

export interface DesiredInput {
  readonly installation: string;
  readonly state: RunningState;
  readonly bundle: Bundle;
  /** What to go back to, opened; null: nothing. */
  readonly stable: Bundle | null;
  readonly nameHash: NameHash;
  /** Pods that drain have been waited for long enough; default false. */
  readonly drainIsOver?: boolean;
}

/** Part of the step's deadline that may go by while pods drain: one that never ends must not end the release. */
const DRAIN_PART = 1 / 4;

/** What the cluster should look like now; null: the step has no effect on it, or there is none. Pure. */
export function desiredCluster(input: DesiredInput): Desired | null {
  const { current } = input.state;
  if (!current || input.state.status === 'paused') return null;
  return current.spec.kind === 'rollback' ? rollback(input, current.spec) : forStep(input, current.spec);
}

function base({ installation, state, bundle }: DesiredInput, spec: Step | RollbackSpec): Base {
  return {
    ...ownerOf(installation, state, { spec, ref: { decision: state.current?.ref.decision ?? 0 } }),
    web: bundle.workload,
    canary: canaryName(bundle.workload),
    replicas: state.plan.replicas,
  };
}

function ownerOf(installation: string, state: RunningState | StateOf<'stuck'>, { spec, ref: { decision } }: { readonly spec: Current['spec']; readonly ref: Pick<Current['ref'], 'decision'> }): Pick<Base, 'owner' | 'namespace'> {
  const fence = { installation, slot: state.slotCounter, version: decision };
  return { owner: { project: state.project, environment: state.environment, releaseId: state.releaseId, fence }, namespace: spec.target.namespace };
}

function forStep(input: DesiredInput, spec: Step): Desired | null {
  const common = base(input, spec);
  const { state } = input;
  switch (spec.kind) {
    case 'apply': {
      const manifest = hasCanary(state.plan) ? canaryOf({ ...common, bundle: input.bundle, release: state.releaseId, nameHash: input.nameHash }) : null;
      return { ...common, kind: 'apply', revision: incoming(input, common), shared: sharedBy(input, common, incoming(input, common)), canaryManifest: manifest };
    }
    case 'scaleCanary':
      return { ...common, kind: 'scaleCanary', pods: spec.split.canary };
    case 'shiftTraffic':
      return { ...common, kind: 'shiftTraffic', router: state.plan.router, weight: spec.weight, split: spec.split, drainSeconds: input.drainIsOver ? 0 : spec.deadline * DRAIN_PART };
    case 'analyse':
      return null;
    case 'promote':
      return { ...common, kind: 'promote', revision: incoming(input, common), promoted: spec.replicas };
    case 'retire': {
      const revision = incoming(input, common);
      const kept = [revision, outgoing(input, common)].flatMap((version) => version?.copies ?? []);
      return { ...common, kind: 'retire', replicas: promotedPods(state), revision, shared: sharedBy(input, common, revision), hadCanary: hasCanary(state.plan), keepCopies: names(kept) };
    }
  }
}

/** Reasons of a rollback that say that the version itself is bad: what it serves is worth less than nothing. */
const BAD: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['error_rate', 'unhealthy', 'crash_loop', 'out_of_memory']);

/** What a stuck release wants first: no traffic on a bad canary; null: its canary is not known to be bad, or there is nothing else. Needs no manifests, which may be what it is stuck for. Pure. */
export function withdrawal(installation: string, state: StateOf<'stuck'>): DesiredOf<'withdraw'> | null {
  const { current, stable, rollbackReason, request } = state;
  if (current?.spec.kind !== 'rollback' || stable === null || !BAD.has(rollbackReason.code)) return null;
  return { ...ownerOf(installation, state, current), web: request.workload, canary: canaryName(request.workload), replicas: current.spec.replicas, kind: 'withdraw', stable: stable.releaseId };
}

const promotedPods = ({ plan }: RunningState): number => plan.steps.find((step) => step.kind === 'promote')?.replicas ?? plan.replicas;

function rollback(input: DesiredInput, spec: RollbackSpec): Desired {
  const common = { ...base(input, spec), replicas: spec.replicas };
  const revision = spec.to ? outgoing(input, common) : null;
  // With nothing to go back to the workload stays as it is, and so does what it reads.
  const kept = revision ?? incoming(input, common);
  return {
    ...common,
    kind: 'rollback',
    revision,
    shared: revision ? sharedBy(input, common, revision) : [],
    keepCopies: names(kept.copies),
    canaryLast: canaryIsHealthy(input.state),
    scaleToZero: spec.to === null && spec.onFirstFailure === 'scaleToZero',
  };
}

/** From promotion on the canary carries the traffic, unless it is what failed. */
function canaryIsHealthy(state: RunningState): boolean {
  if (state.status !== 'rollingBack') return false;
  const late = state.rolledBackFrom === 'promoting' || state.rolledBackFrom === 'baking';
  return late && state.rollbackReason.evidence['track'] !== 'canary' && state.rollbackReason.code !== 'error_rate';
}

const incoming = ({ bundle, state, nameHash }: DesiredInput, common: Base): Revision => revisionOf({ ...common, bundle, release: state.releaseId, nameHash });

const outgoing = ({ stable, state, nameHash }: DesiredInput, common: Base): Revision | null =>
  stable && state.stable ? revisionOf({ ...common, bundle: stable, release: state.stable.releaseId, nameHash }) : null;

const sharedBy = ({ nameHash }: DesiredInput, { namespace, owner }: Base, revision: Revision): readonly Shared[] =>
  revision.shared.map((object) => sharedOf(object, namespace, owner, nameHash));

const names = (objects: ReadonlyArray<{ readonly kind: string; readonly metadata: { readonly name: string } }>): ReadonlySet<string> =>
  new Set(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
