import type { KubeObject } from '@alloy/contracts';
import type { ManagedRoute, PrunedObject, RouterName, Split, TrafficPlan } from '@alloy/release';
import type { Owner } from './fence';
import type { Bounds } from './hold';
import type { Deployment } from './json';
import type { ObjectRef } from './ports';
import type { Revision } from './revision';
import type { Shared } from './shared';

/**
 * `drainSeconds`: how long the canary's last requests may take before its pods are removed; 0: the wait is over.
 * `routes`: what sends requests to the canary beside its weight.
 */
export type DesiredTraffic = TrafficPlan & { readonly drainSeconds: number; readonly routes: readonly ManagedRoute[] };

/** The part of `Desired` that all steps have. */
export interface DesiredBase {
  readonly owner: Owner;
  readonly namespace: string;
  readonly web: string;
  readonly canary: string;
  readonly router: RouterName;
  /** The objects of a router that has some; absent: none. */
  readonly traffic?: DesiredTraffic;
  /** An autoscaler set the number of stable pods when the release was planned, and still does if it exists. */
  readonly isAutoscaled?: true;
  /** Pods that stable needs for the whole traffic; present if its autoscaler sizes it for a part of it. */
  readonly demand?: number;
  /** Number of pods that must be ready: that of the plan, and from retirement on that of the promoted version. */
  readonly replicas: number;
}

/** What a step deletes that its version does not have. */
export interface Prune {
  /** In the order of deletion. `uid`: that of the plan; absent: only what this release has created is deleted. */
  readonly candidates: ReadonlyArray<ObjectRef & { readonly uid?: string }>;
  /** Why an object is left, by its `keyOf`. */
  readonly refused: ReadonlyMap<string, string>;
  /** What this process has deleted for the step. */
  readonly deleted: readonly PrunedObject[];
}

/** The state of the cluster that the current step requires. */
export type Desired = DesiredBase &
  (
    | {
        readonly kind: 'apply';
        readonly revision: Revision;
        readonly shared: readonly Shared[];
        readonly canaryManifest: Deployment | null;
      }
    /** `surge`: number of pods that may start at the same time. */
    | { readonly kind: 'scaleCanary'; readonly pods: number; readonly surge: number }
    /**
     * `pods` 0: the baseline is removed, and the step waits at most `drainSeconds` for its deleted pods to end.
     * `manifest`: its Deployment, with no pods; null: there is no stable version.
     */
    | { readonly kind: 'scaleBaseline'; readonly pods: number; readonly manifest: Deployment | null; readonly drainSeconds: number }
    /** `drainSeconds`: how long, at most, the step waits for the deleted pods of stable to end. 0: it does not wait. */
    | {
        readonly kind: 'shiftTraffic';
        readonly weight: number;
        readonly split: Split;
        readonly drainSeconds: number;
      }
    /**
     * `bounds`: of the rolling update, at which it stops. `allowedMissing`: pods that may be missing besides those that
     * new ones replace.
     */
    | {
        readonly kind: 'setPartition';
        readonly revision: Revision;
        readonly weight: number;
        readonly bounds: Bounds;
        readonly allowedMissing: number;
      }
    /**
     * A bad canary has no pods as soon as one pod of `stable` is ready. `stable`: the release of that version; null: it
     * was adopted.
     */
    | { readonly kind: 'withdraw'; readonly stable: string | null }
    /** `replicas` pods of stable get all of the traffic; then the canary has no pods. */
    | { readonly kind: 'scaleDownCanary' }
    /**
     * `promoted`: number of pods of the new version after the promotion. `isShifted`: all of the traffic was shifted to
     * the canary.
     */
    | { readonly kind: 'promote'; readonly revision: Revision; readonly promoted: number; readonly isShifted: boolean }
    | {
        readonly kind: 'retire';
        readonly revision: Revision;
        readonly shared: readonly Shared[];
        readonly hadCanary: boolean;
        /** False: the step does not wait for followers, and not for the pods of the workload (emergency). */
        readonly waits: boolean;
        /** Restarts of a follower's container after which a crash loop is a failure. */
        readonly followerRestarts: number;
        readonly keepCopies: ReadonlySet<string>;
        readonly prune: Prune;
      }
    /**
     * The workload is no longer Alloy's. `replicas` pods must be ready before a leftover canary is removed. `objects`:
     * the others of the version that runs.
     */
    | {
        readonly kind: 'handBack';
        /** The version that runs. */
        readonly revision: Revision;
        readonly objects: readonly KubeObject[];
        readonly keepCopies: ReadonlySet<string>;
      }
    | {
        readonly kind: 'rollback';
        /** The version to roll back to; null: there is none. */
        readonly revision: Revision | null;
        readonly shared: readonly Shared[];
        /** A change by another client that ran before the release is replaced too, also if it has the same label. */
        readonly overwritesChange: boolean;
        /** Keys of objects that the release may have deleted: they are created again. */
        readonly deletedByRelease: ReadonlySet<string>;
        readonly keepCopies: ReadonlySet<string>;
        readonly prune: Prune;
        /**
         * The canary is healthy and carries the traffic: it keeps its pods until `replicas` pods of the old version are
         * ready.
         */
        readonly canaryLast: boolean;
        readonly scaleToZero: boolean;
      }
  );

export type DesiredKind = Desired['kind'];
export type DesiredOf<K extends DesiredKind> = Extract<Desired, { kind: K }>;
