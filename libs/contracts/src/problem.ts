/**
 * A refusal as RFC 9457 `application/problem+json`.
 * `code` is stable and for machines; `pointer` is a JSON pointer to the culprit in the request; no value of the request is ever echoed.
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
