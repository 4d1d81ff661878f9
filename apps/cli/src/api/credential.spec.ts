import { findContext } from '../config/find-context';
import { fakeIo } from '../testing/fake-io';

const JOB = {
  ALLOY_URL: 'https://alloy.example',
  GITHUB_ACTIONS: 'true',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://actions.example/token?api-version=2.0',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'opens',
};

/** A job with a controllable clock, and the requests to GitHub. */
function inJob(env: Record<string, string> = JOB, answer = (n: number) => Response.json({ value: `job-token-${n}` })) {
  const asked: { url: string; authorization: string | null }[] = [];
  const time = { now: 0 };
  const fetch = async (url: unknown, init?: RequestInit) => {
    asked.push({ url: String(url), authorization: new Headers(init?.headers).get('authorization') });
    return answer(asked.length);
  };
  const { io } = fakeIo({ env, fetch: fetch as typeof globalThis.fetch, now: () => time.now });
  return { io, asked, time, token: (once: boolean) => findContext(io).credential(io, once) };
}

it('requests the job\'s token from GitHub, for the audience that the project trusts', async () => {
  const { token, asked } = inJob();
  expect(await token(true)).toBe('job-token-1');
  expect(asked).toEqual([{ url: 'https://actions.example/token?api-version=2.0&audience=alloy', authorization: 'Bearer opens' }]);
  const other = inJob({ ...JOB, ALLOY_OIDC_AUDIENCE: 'acme' });
  await other.token(true);
  expect(other.asked[0]!.url).toContain('audience=acme');
});

it('requests a new token for each changing request, and reuses one for reading until it is old', async () => {
  const { io, time } = inJob();
  const { credential } = findContext(io);
  const ask = (once: boolean) => credential(io, once);
  expect([await ask(true), await ask(true), await ask(false), await ask(false)]).toEqual([
    'job-token-1', 'job-token-2', 'job-token-3', 'job-token-3',
  ]);
  time.now = 149_999;
  expect(await ask(false)).toBe('job-token-3');
  time.now = 150_000;
  expect(await ask(false)).toBe('job-token-4');
});

it('uses ALLOY_TOKEN if it is set', async () => {
  const { token, asked } = inJob({ ...JOB, ALLOY_TOKEN: 'given' });
  expect(await token(true)).toBe('given');
  expect(asked).toEqual([]);
});

it('explains what to do without a token', () => {
  const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: _, ...withoutPermission } = JOB;
  expect(() => findContext(inJob(withoutPermission).io)).toThrow(
    expect.objectContaining({ exitCode: 2, hint: expect.stringContaining('id-token: write') }),
  );
});

it.each([
  ['refuses', () => new Response('no', { status: 403 }), 'GitHub answered 403'],
  ['answers without a token', () => Response.json({}), 'GitHub answered 200'],
  ['does not answer', () => { throw new TypeError('fetch failed'); }, 'GitHub does not answer'],
])('reports that GitHub %s', async (_, answer, why) => {
  await expect(inJob(JOB, answer).token(true)).rejects.toMatchObject({
    code: 'no_job_token',
    exitCode: 1,
    message: expect.stringContaining(why),
  });
});
