/** Last observed state of a pod of a release's workload: names and states, no values from the manifest. */
export interface ObservedPod {
  readonly track: 'stable' | 'canary' | 'baseline';
  readonly name: string;
  /** As kubectl prints it: the phase, or `Terminating`. */
  readonly phase: string;
  readonly ready: boolean;
  /** Sum over all containers. */
  readonly restarts: number;
  /** ISO 8601; null: no node has started the pod yet. */
  readonly startedAt: string | null;
  /** The kubelet's reason for waiting or failing (`CrashLoopBackOff`, `OOMKilled`); null: none. */
  readonly reason: string | null;
}

/** Answer of `GET /api/v1/releases/{id}/pods`. */
export interface ObservedPodsView {
  /** Canary pods first, then by age. */
  readonly items: readonly ObservedPod[];
  /**
   * ISO 8601 time of the watcher's last observation; null: the watcher has not observed the pods yet, or the
   * observation expired.
   */
  readonly observedAt: string | null;
}
