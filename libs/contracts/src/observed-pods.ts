/** A pod of a release's workload as it was last seen; names and states, nothing out of a manifest. */
export interface ObservedPod {
  readonly track: 'stable' | 'canary';
  readonly name: string;
  /** As kubectl shows it: the phase, or `Terminating`. */
  readonly phase: string;
  readonly ready: boolean;
  /** Of all its containers together. */
  readonly restarts: number;
  /** ISO 8601; null: not taken on by a node yet. */
  readonly startedAt: string | null;
  /** Why it waits or failed, in the kubelet's word (`CrashLoopBackOff`, `OOMKilled`); null: nothing is the matter. */
  readonly reason: string | null;
}

/** Answer of `GET /api/v1/releases/{id}/pods`. */
export interface ObservedPodsView {
  /** The canary's first, then by age. */
  readonly items: readonly ObservedPod[];
  /** ISO 8601, when the watcher last looked; null: it has not yet, or long ago. */
  readonly observedAt: string | null;
}
