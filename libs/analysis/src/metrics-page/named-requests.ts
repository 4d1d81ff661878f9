/** Names the series to read where no convention fits: `analysis.requests` of a policy. */
export interface NamedRequests {
  /** A counter, or a histogram or summary with or without its `_count`. */
  readonly metric: string;
  readonly statusLabel: string;
  /** Values that are errors, compared without case; `x` stands for a digit, as in `5xx`. Default: 5xx, SERVER_ERROR and the server's failures among gRPC codes. */
  readonly errors?: readonly string[] | undefined;
}

/** Whether a value of the status label is an error by the policy's list. */
export const isNamedError = (errors: readonly string[], value: string): boolean => errors.some((pattern) => matches(pattern.toLowerCase(), value.toLowerCase()));

/** `5xx` matches `503` and `5xx`; a pattern that has other characters than digits and `x` matches itself only. */
function matches(pattern: string, value: string): boolean {
  if (!/^[\dx]*\d[\dx]*$/.test(pattern)) return pattern === value;
  return pattern.length === value.length && [...pattern].every((char, i) => char === value[i] || (char === 'x' && /\d/.test(value[i]!)));
}
