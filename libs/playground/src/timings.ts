/** Delays of the playground's cluster in milliseconds; in a real one they are seconds to minutes. */
export interface Timings {
  /** From a pod's creation to its container's start. */
  readonly podStart: number;
  /** Upper limit of a readiness probe's `initialDelaySeconds`. */
  readonly maxInitialDelay: number;
  /** Between two probes of a container that is not ready yet. */
  readonly probePeriod: number;
  /** A `-crash` container exits this long after its start. */
  readonly crashAfter: number;
  /** A `-leak` container is killed for its memory this long after its start. */
  readonly leakAfter: number;
  /** Delay before the second restart; doubles each time. The first restart is immediate, as in a kubelet. */
  readonly crashBackoff: number;
  readonly crashBackoffMax: number;
  /** Delay before the second pull; doubles each time. */
  readonly pullBackoff: number;
  readonly pullBackoffMax: number;
  /** From a pod's deletion (its endpoints are removed immediately) to the earliest close of its listener. */
  readonly drain: number;
  /** A listener closes after this time without a new connection. */
  readonly quiet: number;
  /** Time over which the CPU usage of a pod is measured; a younger container has no metric. */
  readonly metricsWindow: number;
  /** Age from which the autoscaler counts a pod without a metric as missing, and not as starting. */
  readonly cpuInitialization: number;
  /** Interval in which the autoscaler observes its targets. */
  readonly autoscalerSync: number;
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
  metricsWindow: 2_000,
  cpuInitialization: 15_000,
  autoscalerSync: 1_000,
};
