import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';

/** Environment of a request. */
export interface RequestContext {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/**
 * Returns the token for a request. `once`: the request changes something, so a single-use token must be new. Throws
 * `CliError`.
 */
export type Credential = (context: RequestContext, once: boolean) => Promise<string>;

/** A configured token. */
export const fixedToken =
  (token: string): Credential =>
  async () =>
    token;

/** URL and credential with which a GitHub Actions job requests its OpenID Connect tokens. */
export interface GithubJob {
  readonly url: string;
  readonly token: string;
  readonly audience: string;
}

/** Half of the five minutes for which a job's token is valid. */
const GOOD_FOR_MS = 150_000;

/** OpenID Connect tokens of a GitHub job: a new one for each changing request, and one for reading, until it is old. */
export function githubToken(job: GithubJob, now: () => number): Credential {
  let reading: { readonly token: string; readonly since: number } | undefined;
  return async (context, once) => {
    if (!once && reading && now() - reading.since < GOOD_FOR_MS) return reading.token;
    const token = await askGithub(job, context);
    if (!once) reading = { token, since: now() };
    return token;
  };
}

async function askGithub({ url, token, audience }: GithubJob, { fetch, signal }: RequestContext): Promise<string> {
  const from = new URL(url);
  from.searchParams.set('audience', audience);
  let answer: Response;
  try {
    answer = await fetch(from, { headers: { authorization: `Bearer ${token}` }, redirect: 'error', signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw noToken('GitHub does not answer');
  }
  const { value } = (answer.ok ? await answer.json().catch(() => ({})) : {}) as { readonly value?: unknown };
  if (typeof value !== 'string' || value === '') throw noToken(`GitHub answered ${answer.status}`);
  return value;
}

const noToken = (why: string): CliError =>
  new CliError('no_job_token', exitCodes.error, `could not get the token of this job: ${why}`, 'Without one, set ALLOY_TOKEN.');
