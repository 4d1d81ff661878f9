/** How `alloy` ends; docs/guides/cli.md tells the same, and a test compares them. */
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

/** What each means, in one line. */
export const exitTexts: Readonly<Record<ExitCode, string>> = {
  0: 'as wished',
  1: 'error: Alloy is away, the token is not good, there is no such thing, or a bug',
  2: 'usage: an unknown verb or option, a file that is missing or is not what it should be',
  3: 'rolled back: the release did not stay; or it failed with nothing to go back to, or is stuck',
  4: 'time-out: what was waited for has not come yet; it goes on without this command',
  5: 'waits for approval: the release stands still until somebody lets it go on',
  6: 'refused: Alloy understood and said no (403, 409, 413, 415, 422), or the release ended before it was begun',
  130: 'interrupted by Ctrl-C; what was begun goes on',
};
