import type { LeftObject } from './left-object';

/** An object that a release deletes: the one with this uid, not another one of the same name. */
export interface PrunedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** What earlier releases made and the release's bundle no longer has, as the inspection found it. */
export interface PrunePlan {
  /** Deleted after the promotion, in this order, unless another client writes to them before. */
  readonly objects: readonly PrunedObject[];
  /** Not deleted. */
  readonly kept: readonly LeftObject[];
  /**
   * Keys of the ConfigMaps and Secrets that pods of `kept` read, such as `ConfigMap/settings-0123456789`; default none.
   */
  readonly copies?: readonly string[];
}

/** What a step has deleted of it, and what it has left with the reason. */
export interface PruneOutcome {
  readonly deleted: readonly PrunedObject[];
  readonly kept: readonly LeftObject[];
}
