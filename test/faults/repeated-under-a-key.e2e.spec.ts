import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { manifests } from '../support/manifests';
import { quickPolicy } from './quick-policy';

const PROJECT = 'keys';

let installation: Installation;
beforeAll(async () => {
  installation = await Installation.start({ projects: { [PROJECT]: quickPolicy } });
});
afterAll(() => installation?.stop());

/** Acts like a pipeline: repeats the request with its job's key until it gets a response. */
async function deploy(tag: string): Promise<{ readonly text: string; readonly tries: number }> {
  const { url, user, token } = installation.releases.door;
  const body = JSON.stringify({
    user_id: user, project_id: PROJECT, image_tag: tag, commit_sha: 'abc123def', strategy: 'rollout',
    files: manifests(PROJECT),
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': `job-${tag}` };
  let tries = 0;
  const ask = async (): Promise<string> => {
    tries += 1;
    const answer = await fetch(`${url}/api/webhook/deploy`, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    if (answer.status !== 202) throw new Error(`${answer.status}: ${text}`);
    return text;
  };
  // The key of a dead process is free half a minute later.
  const text = await eventually(ask, { timeoutMs: 120_000, everyMs: 250 });
  return { text, tries };
}

it('creates one release of a request whose ingest is killed with -9 between the append and the response', async () => {
  let struck = 0;
  void installation.strikeAt('ingest', { project: PROJECT, type: 'ReleaseRequested', when: 'after' }, () => {
    struck += 1;
    installation.kill('ingest');
  });
  const first = await deploy('v1');
  expect([struck, first.tries > 1]).toEqual([1, true]);
  expect((await deploy('v1')).text).toBe(first.text);

  const { rows } = await installation.releases.pool.query<{ id: string }>(
    `SELECT correlation_id AS id FROM event WHERE type = 'ReleaseRequested'`,
  );
  expect(rows).toEqual([{ id: (JSON.parse(first.text) as { release_id: string }).release_id }]);
  expect(await installation.releases.ended(rows[0]!.id)).toBe('ReleasePromoted');
});
