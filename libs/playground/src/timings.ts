/** How fast the playground's cluster lives, in milliseconds; a real one takes seconds to minutes. */
export interface Timings {
  /** From a pod's creation to its container's start. */
  readonly podStart: number;
  /** Longest `initialDelaySeconds` of a readiness probe that is honoured. */
  readonly maxInitialDelay: number;
  /** Between two probes of a container that is not ready yet. */
  readonly probePeriod: number;
  /** A `-crash` container exits this long after its start. */
  readonly crashAfter: number;
  /** A `-leak` container is killed for its memory this long after its start. */
  readonly leakAfter: number;
  /** Before the second restart; doubles with each further one. The first restart is immediate, as a kubelet's. */
  readonly crashBackoff: number;
  readonly crashBackoffMax: number;
  /** Before the second attempt to pull; doubles with each further one. */
  readonly pullBackoff: number;
  readonly pullBackoffMax: number;
  /** From a pod's deletion (its endpoints go at once) to the earliest close of its listener. */
  readonly drain: number;
  /** A listener closes only after so long without a new connection. */
  readonly quiet: number;
}

export const defaultTimings: Timings = {
  podStart: 300,
  maxInitialDelay: 1_000,
  probePeriod: 500,
  crashAfter: 100,
  leakAfter: 4_000,
  crashBackoff: 1_000,
  crashBackoffMax: 30_000,
  pullBackoff: 1_000,
  pullBackoffMax: 30_000,
  drain: 150,
  quiet: 50,
};
