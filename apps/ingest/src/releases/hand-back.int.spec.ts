import { bootstrap } from '@alloy/ledger';
import type { Answer } from '../testing/answer';
import { body } from '../testing/deploy-body';
import { playRelease } from '../testing/play-release';
import { OTHER_TOKEN, sha256, startTestIngest, type TestIngest } from '../testing/test-ingest';

const ADMIN = 'a-token-of-the-projects-admin';

let ingest: TestIngest;
beforeEach(async () => {
  ingest = await startTestIngest();
  await bootstrap({ databaseUrl: ingest.database.url, user: 'ann', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
});
afterEach(() => ingest?.close());

const deploy = async (image_tag: string): Promise<string> =>
  (await ingest.deploy(body({ image_tag, strategy: 'rollout' }))).json.release_id;
const promoted = async (tag: string): Promise<string> => {
  const id = await deploy(tag);
  expect((await playRelease(ingest, id)).status).toBe('promoted');
  return id;
};
const handBack = (content: unknown = {}, token = ADMIN): Promise<Answer> =>
  ingest.post('/api/v1/projects/shop/hand-back', content, token);
const stable = (): Promise<Answer> => ingest.call('/api/v1/projects/shop/stable');

describe('a hand-back', () => {
  it('is requested by an administrator of the project, and recorded as its request', async () => {
    await promoted('v1');
    const answer = await handBack({ reason: 'moves on' });
    expect(answer).toMatchObject({
      status: 202, json: { project: 'shop', environment: 'production', status: 'requested', strategy: 'handBack', imageTag: 'v1' },
    });
    const { events } = await ingest.ledger.log.load(answer.json.id);
    expect(events[0]).toMatchObject({
      type: 'ReleaseRequested', actor: { kind: 'user', id: 'ann' }, data: { strategy: 'handBack', workload: 'web', reason: 'moves on' },
    });
  });

  it('needs the scope admin and the project', async () => {
    await promoted('v1');
    const { json: { code: scope } } = await ingest.post('/api/v1/projects/shop/hand-back', {});
    expect(scope).toBe('forbidden_scope');
    expect(await handBack({}, OTHER_TOKEN)).toMatchObject({ status: 403 });
    expect(await handBack({ environment: 'staging' })).toMatchObject({ status: 404, json: { code: 'unknown_environment' } });
    expect(await handBack({ enviroment: 'staging' })).toMatchObject({ status: 422, json: { code: 'unknown_key' } });
  });

  it('is refused while a release has not ended, with its id and what to do', async () => {
    await promoted('v1');
    const running = await deploy('v2');
    expect(await handBack()).toMatchObject({
      status: 409,
      json: { code: 'release_running', detail: expect.stringMatching(`Release ${running} of production .*wait until it has, or abort it`) },
    });
    await playRelease(ingest, running);
    expect(await handBack()).toMatchObject({ status: 202 });
    expect(await handBack()).toMatchObject({ status: 409, json: { code: 'release_running' } });
  });

  it('leaves no stable version behind, until the next release', async () => {
    await promoted('v1');
    await promoted('v2');
    const { json: { id } } = await handBack();
    expect((await playRelease(ingest, id)).status).toBe('handedBack');
    expect(await stable()).toMatchObject({ status: 404, json: { code: 'no_stable_version' } });
    expect((await ingest.ledger.log.context({ releaseId: '', project: 'shop', environment: 'production' })).stable).toBeNull();
    expect(await handBack()).toMatchObject({ status: 409, json: { code: 'nothing_to_hand_back' } });
    expect(await ingest.post('/api/v1/projects/shop/rollback', {})).toMatchObject({ status: 404, json: { code: 'no_stable_version' } });
    await promoted('v3');
    expect((await stable()).json).toMatchObject({ imageTag: 'v3' });
    expect(await ingest.post('/api/v1/projects/shop/rollback', {})).toMatchObject({ status: 409, json: { code: 'no_earlier_version' } });
  });

  it('is possible after a first release that failed, because Alloy manages its workload', async () => {
    expect(await handBack()).toMatchObject({ status: 409, json: { code: 'nothing_to_hand_back' } });
    const id = await deploy('v1');
    expect((await playRelease(ingest, id, 'promoting')).status).toBe('promoting');
    await ingest.post(`/api/v1/releases/${id}/abort`, {});
    expect((await playRelease(ingest, id)).status).toBe('failed');
    const { json } = await handBack();
    expect(json).toMatchObject({ strategy: 'handBack', imageTag: 'v1' });
    expect((await playRelease(ingest, json.id)).status).toBe('handedBack');
    expect(await handBack()).toMatchObject({ status: 409, json: { code: 'nothing_to_hand_back' } });
  });

  it('is not retried as a release, and refused if the manifests of what runs can no longer be opened', async () => {
    await promoted('v1');
    const { json: { id } } = await handBack();
    await playRelease(ingest, id);
    expect(await ingest.post(`/api/v1/releases/${id}/retry`, {})).toMatchObject({ status: 409, json: { code: 'hand_back' } });
    await promoted('v2');
    await ingest.forgetKeys();
    expect(await handBack()).toMatchObject({ status: 409, json: { code: 'not_restorable' } });
  });

  it('answers a repeated request with one key with the same id', async () => {
    await promoted('v1');
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'once' };
    const ask = () => ingest.call('/api/v1/projects/shop/hand-back', { method: 'POST', body: '{}', headers, token: ADMIN });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status, second.json.id]).toEqual([202, 202, first.json.id]);
  });
});
