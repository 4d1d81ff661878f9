/** The series to read if no convention applies: `analysis.requests` of a policy. */
export interface NamedRequests {
  /** A counter, or a histogram or summary with or without its `_count`. */
  readonly metric: string;
  readonly statusLabel: string;
  /**
   * Error values, case-insensitive; `x` stands for a digit, as in `5xx`. Default: 5xx, SERVER_ERROR and the gRPC codes
   * of server failures.
   */
  readonly errors?: readonly string[] | undefined;
}

/** Whether a status value is an error according to the policy's list. */
export const isNamedError = (errors: readonly string[], value: string): boolean =>
  errors.some((pattern) => matches(pattern.toLowerCase(), value.toLowerCase()));

/** `5xx` matches `503` and `5xx`; a pattern with characters other than digits and `x` matches only itself. */
function matches(pattern: string, value: string): boolean {
  if (!/^[\dx]*\d[\dx]*$/.test(pattern)) return pattern === value;
  return pattern.length === value.length && [...pattern].every((char, i) => char === value[i] || (char === 'x' && /\d/.test(value[i]!)));
}
