/** Exit codes of `alloy`; docs/guides/cli.md lists them, and a test compares both. */
export const exitCodes = {
  done: 0,
  error: 1,
  usage: 2,
  rolledBack: 3,
  timeout: 4,
  waits: 5,
  refused: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Meaning of each exit code, in one line. */
export const exitTexts: Readonly<Record<ExitCode, string>> = {
  0: 'success',
  1: 'error: Alloy is unavailable, the token is invalid, the object does not exist, or a bug',
  2: 'usage: an unknown verb or option, a missing or invalid file',
  3: 'rolled back, failed without a version to roll back to, or stuck',
  4: 'timeout: the release has not finished yet; it continues without this command',
  5: 'paused: the release waits until a user resumes, promotes or aborts it, or lifts the hold of its environment',
  6: 'refused: Alloy refused the request (403, 409, 413, 415, 422), or the release ended before it started',
  130: 'interrupted by Ctrl-C; a started release continues',
};
