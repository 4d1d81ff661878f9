/** What to do about a refusal, by its code, where its own words do not say it. */
const HINTS: Readonly<Record<string, string>> = {
  unauthorized: 'The token is not good here: ALLOY_TOKEN, --context or `alloy login` give another.',
  forbidden_scope: 'A token with a higher scope is needed: who may administer the project makes one by `alloy token create`.',
  forbidden_project: '`alloy get projects` lists those that the token is for.',
  unknown_project: '`alloy get projects` lists those that there are.',
  unknown_environment: '`alloy get projects` lists those that have one; `alloy project edit --environment` gives this one its policy.',
  unknown_release: '`alloy get releases` lists those that there are.',
  unknown_token: '`alloy token list` lists those that there are.',
  still_running: '`alloy watch` shows how it goes on, and `alloy abort` ends it.',
  not_found: 'It has no such route: is that the address of Alloy itself, and is that Alloy as new as this command line?',
  in_flight: 'Try again in a moment, with the same --idempotency-key.',
};

/** A line that says what to do; undefined: the answer's own words say it. `seconds`: how long Alloy wants to be left alone. */
export function hintOf(status: number, code: string | undefined, seconds: number | undefined): string | undefined {
  if (status === 401) return HINTS['unauthorized'];
  if (code !== undefined && Object.hasOwn(HINTS, code)) return HINTS[code];
  if (status === 429) return `Try again in ${seconds === undefined ? 'a moment' : `${seconds} s`}.`;
  if (code === undefined) return 'Is it Alloy that answers there, or something before it?';
  return undefined;
}
