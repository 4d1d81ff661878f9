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
