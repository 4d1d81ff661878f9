/** A tool that keeps a Deployment as its own manifest says. */
export type OwnerTool = 'argocd' | 'flux' | 'helm';

/** The version that runs, compared with the recorded stable version. */
export interface LiveVersion {
  /** The release label on its pod template; null: it has none. */
  readonly release: string | null;
  readonly image: string;
  /** Whether it is the recorded stable version. */
  readonly matches: boolean;
  /** Image tag of the recorded stable version. */
  readonly stable: string;
  /** Paths at which the two pod templates differ, at most 20; no values, because these may be secret. */
  readonly differences: readonly string[];
  /** Alloy left it there, because the rollback of its release is not finished. Default false. */
  readonly unfinished?: boolean;
}

/**
 * A version to roll back to. `releaseId`: the release whose label its pods have, null: an adopted Deployment without
 * one. The artifact is that of the release, unless another client has changed the version.
 */
export interface StableRef {
  readonly releaseId: string | null;
  readonly artifact: string;
  readonly image: string;
  readonly imageTag: string;
}

/** Which pod template a Deployment runs, as Kubernetes itself compares and numbers templates. */
export interface RunningTemplate {
  /** uid of the Deployment. */
  readonly uid: string;
  /** Number of the rollout; it grows with each change of the template, also with one back to an earlier template. */
  readonly revision: string;
  /** The ReplicaSet of the template. Two equal templates of a Deployment have the same ReplicaSet. */
  readonly replicaSet: string;
}

/** What runs instead of the stable version, while no release runs. */
export interface StableDrift {
  /** Image tag of the stable version. */
  readonly stable: string;
  /** What runs; null: the Deployment does not exist any more. */
  readonly live: LiveVersion | null;
  /** Field manager of the change (`kubectl-set`); null: the API server does not record it, e.g. for a deletion. */
  readonly manager: string | null;
  /** When that manager wrote, by the API server's clock in whole seconds; null: not recorded. ISO 8601. */
  readonly changedAt: string | null;
  /** Null: the Deployment does not exist any more. */
  readonly template: RunningTemplate | null;
}
