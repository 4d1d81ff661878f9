/** A request of Alloy to the API server with its response, as recorded by a proxy between them. Without watches. */
export interface SeenRequest {
  readonly method: string;
  readonly namespace: string;
  /** `Kind/name`, or `Kind` for a list. */
  readonly object: string;
  /** `scale`, `status`, …; default none. */
  readonly subresource?: string;
  readonly query: string;
  readonly status: number;
  /** The resourceVersion of the precondition of a write. */
  readonly sentVersion?: number;
  readonly uid?: string;
  /** Whether it is a patch of only labels and annotations. */
  readonly marks?: boolean;
  /** Replicas in a write to `scale`. */
  readonly sentReplicas?: number;
  /** The resourceVersion of the response: the object's, or the list's. */
  readonly gotVersion?: number;
  /** In the order of all requests of the proxy. */
  readonly begun: number;
  readonly ended: number;
}
