/**
 * A refusal as RFC 9457 `application/problem+json`.
 * `code` is stable and machine-readable; `pointer` is a JSON pointer to the invalid part of the request. A problem
 * never contains values of the request.
 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly pointer?: string;
  readonly errors?: ReadonlyArray<{ readonly code: string; readonly detail: string; readonly pointer?: string }>;
}
