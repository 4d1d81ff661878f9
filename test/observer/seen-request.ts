/** A request of Alloy's to the API server with its answer, as a proxy between them saw it. Watches are not among them. */
export interface SeenRequest {
  readonly method: string;
  readonly namespace: string;
  /** `Kind/name`, or `Kind` of a list. */
  readonly object: string;
  /** `scale`, `status`, …; default none. */
  readonly subresource?: string;
  readonly query: string;
  readonly status: number;
  /** Of the condition that was sent with a write. */
  readonly sentVersion?: number;
  readonly uid?: string;
  /** A patch of labels and annotations, and of nothing else. */
  readonly marks?: boolean;
  /** Pods that a write to `scale` asks for. */
  readonly sentReplicas?: number;
  /** Of what was answered: the object's, or the list's. */
  readonly gotVersion?: number;
  /** In the order of all that the proxy saw. */
  readonly begun: number;
  readonly ended: number;
}
