import { bootstrap } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { startTestIngest, OTHER_TOKEN, sha256, type TestIngest } from '../testing/test-ingest';
import { playRelease } from '../testing/play-release';

let ingest: TestIngest;
beforeEach(async () => {
  ingest = await startTestIngest();
});
afterEach(() => ingest?.close());

const deploy = async (image_tag: string, rest: Record<string, unknown> = {}): Promise<string> =>
  (await ingest.deploy(body({ image_tag, strategy: 'rollout', ...rest }))).json.release_id;
const promoted = async (tag: string): Promise<string> => {
  const id = await deploy(tag);
  expect((await playRelease(ingest, id)).status).toBe('promoted');
  return id;
};
const rollback = (content: unknown = {}): Promise<Answer> => ingest.post('/api/v1/projects/shop/rollback', content);
const look = async (id: string) => (await ingest.call(`/api/v1/releases/${id}`)).json;

describe('a retry', () => {
  it('is a new release of the same artifact', async () => {
    const id = await deploy('v1');
    await ingest.post(`/api/v1/releases/${id}/abort`, {});
    await playRelease(ingest, id);
    const answer = await ingest.post(`/api/v1/releases/${id}/retry`, { reason: 'the network is back' });
    expect(answer).toMatchObject({
      status: 202,
      json: { project: 'shop', environment: 'production', status: 'requested', imageTag: 'v1', retryOf: id, rollbackOf: null },
    });
    expect(await look(answer.json.id)).toMatchObject({
      retryOf: id,
      requestReason: 'the network is back',
      requestedBy: { kind: 'user', id: 'demo' },
      strategy: null,
    });
    const [first, second] = [await ingest.ledger.log.load(id), await ingest.ledger.log.load(answer.json.id)];
    expect(second.events[0]!.data).toMatchObject({ artifact: (first.events[0]!.data as { artifact: string }).artifact });
    expect((await playRelease(ingest, answer.json.id)).status).toBe('promoted');
  });

  it('is refused while the first release is unfinished, for an unknown release, and for other projects', async () => {
    const id = await deploy('v1');
    expect(await ingest.post(`/api/v1/releases/${id}/retry`, {})).toMatchObject({ status: 409, json: { code: 'still_running' } });
    expect(await ingest.post('/api/v1/releases/01NOTHING/retry', {})).toMatchObject({ status: 404, json: { code: 'unknown_release' } });
    expect(await ingest.post(`/api/v1/releases/${id}/retry`, {}, OTHER_TOKEN)).toMatchObject({ status: 403 });
  });

  it('is refused if its manifests can no longer be opened', async () => {
    const id = await deploy('v1');
    await ingest.post(`/api/v1/releases/${id}/abort`, {});
    await playRelease(ingest, id);
    await ingest.forgetKeys();
    expect(await ingest.post(`/api/v1/releases/${id}/retry`, {})).toMatchObject({ status: 409, json: { code: 'not_restorable' } });
  });
});

describe('a rollback', () => {
  it('is retried only by callers who may request a rollback, because it passes the queue', async () => {
    const pipeline = 'a-token-that-may-release-only';
    await bootstrap({ databaseUrl: ingest.database.url, user: 'ci', project: 'shop', tokenSha256: sha256(pipeline), tokenScope: 'deploy' });
    const v1 = await promoted('v1');
    await promoted('v2');
    const { json: { id } } = await rollback();
    await ingest.post(`/api/v1/releases/${id}/abort`, {});
    await playRelease(ingest, id);
    expect(await ingest.post(`/api/v1/releases/${id}/retry`, {}, pipeline)).toMatchObject({
      status: 403,
      json: { code: 'forbidden_scope' },
    });
    expect(await ingest.post(`/api/v1/releases/${id}/retry`, {})).toMatchObject({ status: 202, json: { retryOf: id, rollbackOf: v1 } });
    expect(await ingest.post(`/api/v1/releases/${v1}/retry`, {}, pipeline)).toMatchObject({ status: 202, json: { retryOf: v1 } });
  });

  it('immediately restores the previous stable version, and the second time the one before that', async () => {
    const [v1, v2] = [await promoted('v1'), await promoted('v2')];
    await promoted('v3');
    const first = await rollback({ reason: 'prices are wrong' });
    expect(first).toMatchObject({ status: 202, json: { rollbackOf: v2, imageTag: 'v2', strategy: 'rollout' } });
    expect(await rollback()).toMatchObject({ status: 409, json: { code: 'rollback_under_way' } });
    expect(await playRelease(ingest, first.json.id)).toMatchObject({
      status: 'promoted',
      request: { urgent: true, reason: 'prices are wrong' },
    });
    expect((await ingest.call('/api/v1/projects/shop/stable')).json).toMatchObject({ imageTag: 'v2', releaseId: first.json.id });
    expect((await rollback()).json).toMatchObject({ rollbackOf: v1, imageTag: 'v1' });
  });

  it('preempts a running release and passes the queue', async () => {
    const v1 = await promoted('v1');
    const running = await deploy('v2');
    expect((await playRelease(ingest, running, 'promoting')).status).toBe('promoting');
    const waiting = await deploy('v3');
    await playRelease(ingest, waiting, 'queued');
    const { json } = await rollback();
    expect(json).toMatchObject({ rollbackOf: v1, imageTag: 'v1' });
    expect((await playRelease(ingest, json.id, 'queued')).status).toBe('queued');
    expect(await playRelease(ingest, running)).toMatchObject({
      status: 'rolledBack',
      reason: { code: 'superseded', evidence: { by: json.id } },
    });
    expect(await playRelease(ingest, waiting)).toMatchObject({ status: 'superseded' });
    expect((await playRelease(ingest, json.id)).status).toBe('promoted');
  });

  it('restores the requested version if it was stable in this environment', async () => {
    const v1 = await promoted('v1');
    await promoted('v2');
    await promoted('v3');
    const never = await deploy('v4');
    expect(await rollback({ to: never })).toMatchObject({ status: 409, json: { code: 'never_stable', pointer: '/to' } });
    expect((await rollback({ to: v1 })).json).toMatchObject({ rollbackOf: v1 });
  });

  it('is refused if there is no earlier version', async () => {
    expect(await rollback()).toMatchObject({ status: 404, json: { code: 'no_stable_version' } });
    await promoted('v1');
    expect(await rollback()).toMatchObject({ status: 409, json: { code: 'no_earlier_version' } });
    expect(await rollback({ environment: 'staging' })).toMatchObject({ status: 404 });
    expect(await rollback({ enviroment: 'staging' })).toMatchObject({
      status: 422,
      json: { code: 'unknown_key', detail: expect.stringContaining('environment') },
    });
    expect(await ingest.post('/api/v1/projects/theirs/rollback', {})).toMatchObject({ status: 403, json: { code: 'forbidden_project' } });
  });
});
