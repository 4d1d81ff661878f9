/** What to do about a refusal, by its code, if its detail does not say it. */
const HINTS: Readonly<Record<string, string>> = {
  unauthorized: 'The token is not valid for this server. Use another one with ALLOY_TOKEN, --context or `alloy login`.',
  forbidden_scope: 'This needs a token with a higher scope; an administrator of the project can create one with `alloy token create`.',
  forbidden_project: '`alloy get projects` lists the projects that the token allows.',
  unknown_project: '`alloy get projects` lists all projects.',
  unknown_environment:
    '`alloy get projects` lists the environments with a policy; `alloy project edit --environment` creates a policy for this one.',
  unknown_release: '`alloy get releases` lists all releases.',
  unknown_token: '`alloy token list` lists all tokens.',
  still_running: '`alloy watch` shows its progress, and `alloy abort` ends it.',
  on_hold: '`alloy window` prints who placed the hold, and why.',
  not_found:
    'The server has no such route. Check that the address is that of Alloy, and that the server is not older than this command line.',
  in_flight: 'Retry in a moment with the same --idempotency-key.',
};

/** One line that says what to do; undefined: the answer already says it. `seconds`: from Retry-After. */
export function hintOf(status: number, code: string | undefined, seconds: number | undefined): string | undefined {
  if (status === 401) return HINTS['unauthorized'];
  if (code !== undefined && Object.hasOwn(HINTS, code)) return HINTS[code];
  if (status === 429) return `Retry in ${seconds === undefined ? 'a moment' : `${seconds} s`}.`;
  if (code === undefined) return 'Check whether Alloy or a proxy in front of it answered.';
  return undefined;
}
