/**
 * A refusal as RFC 9457 `application/problem+json`.
 * `code` is stable and machine-readable; `pointer` is a JSON pointer to the invalid part of the request. A problem
 * never contains values of the request.
 */
export interface Problem extends Fault {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Up to 20 faults, with the first. */
  readonly errors?: readonly Fault[];
}

export interface Fault {
  readonly code: string;
  readonly detail: string;
  readonly pointer?: string;
  /** Position in the posted file (decoded), from 1; in characters, and a tab is one. */
  readonly line?: number;
  readonly column?: number;
  /** The line with a caret under the position; shows no value, only indentation and fields of Kubernetes. */
  readonly excerpt?: string;
}
