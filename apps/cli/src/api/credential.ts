import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';

/** What a request is sent with. */
export interface Outside {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/** Gives the token of a request. `once`: the request changes something, so a token that is good for one such request must be a fresh one. Throws `CliError`. */
export type Credential = (outside: Outside, once: boolean) => Promise<string>;

/** A token that somebody gave us. */
export const fixedToken =
  (token: string): Credential =>
  async () =>
    token;

/** Where GitHub Actions gives a job tokens of its own, and what opens it. */
export interface GithubJob {
  readonly url: string;
  readonly token: string;
  readonly audience: string;
}

/** Half of the five minutes that a job's token lives. */
const GOOD_FOR_MS = 150_000;

/** The tokens that GitHub signs for a job: a fresh one for each request that changes something, and one for reading, until it is old. */
export function githubToken(job: GithubJob, now: () => number): Credential {
  let reading: { readonly token: string; readonly since: number } | undefined;
  return async (outside, once) => {
    if (!once && reading && now() - reading.since < GOOD_FOR_MS) return reading.token;
    const token = await askGithub(job, outside);
    if (!once) reading = { token, since: now() };
    return token;
  };
}

async function askGithub({ url, token, audience }: GithubJob, { fetch, signal }: Outside): Promise<string> {
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

const noToken = (why: string): CliError => new CliError('no_job_token', exitCodes.error, `the token of this job could not be had: ${why}`, 'Without one, set ALLOY_TOKEN.');
