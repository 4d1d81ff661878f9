import { bootstrap } from '@alloy/ledger';
import type { Answer } from '../testing/answer';
import { body } from '../testing/deploy-body';
import { playRelease } from '../testing/play-release';
import { OTHER_TOKEN, sha256, startTestIngest, type TestIngest } from '../testing/test-ingest';

const CI = 'a-token-of-a-pipeline';
const ADMIN = 'a-token-of-the-projects-admin';

let ingest: TestIngest;
beforeEach(async () => {
  ingest = await startTestIngest();
  const { url: databaseUrl } = ingest.database;
  await bootstrap({ databaseUrl, user: 'ci', project: 'shop', tokenSha256: sha256(CI), tokenScope: 'deploy' });
  await bootstrap({ databaseUrl, user: 'ann', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
});
afterEach(() => ingest?.close());

const deploy = async (image_tag: string): Promise<string> =>
  (await ingest.deploy(body({ image_tag, strategy: 'rollout' }))).json.release_id;
const promoted = async (tag: string): Promise<string> => {
  const id = await deploy(tag);
  expect((await playRelease(ingest, id)).status).toBe('promoted');
  return id;
};
const order = (more: Record<string, unknown>) => ({
  project: 'shop', imageTag: 'v9', commitSha: 'abc', strategy: 'rollout', manifests: Object.values(body({}).files as object), ...more,
});
const place = (content: unknown, token?: string): Promise<Answer> => ingest.post('/api/v1/projects/shop/hold', content, token);
const lift = (content: unknown = {}, token?: string): Promise<Answer> => ingest.post('/api/v1/projects/shop/hold/lift', content, token);
const rollback = async (content: unknown = {}): Promise<string> => (await ingest.post('/api/v1/projects/shop/rollback', content)).json.id;
const window = async () => (await ingest.call('/api/v1/projects/shop/window')).json;
const project = async () => (await ingest.call('/api/v1/projects/shop')).json;
const ofProject = () => ingest.ledger.store.read('project-shop');

describe('a rollback by a user', () => {
  it('puts the environment on hold in the same transaction, and the next build waits until a user lifts the hold', async () => {
    await promoted('v1');
    await promoted('v2');
    const back = await rollback({ reason: 'prices are wrong' });
    const hold = { by: 'demo', since: expect.any(String), reason: 'prices are wrong', release: back };
    const [placed] = await ofProject();
    const [requested] = (await ingest.ledger.log.load(back)).events;
    expect(placed).toMatchObject({
      type: 'HoldPlaced', environment: 'production', actor: { kind: 'user', id: 'demo' },
      data: { release: back, reason: 'prices are wrong' },
    });
    expect([placed!.occurredAt, requested!.type]).toEqual([requested!.occurredAt, 'ReleaseRequested']);
    expect((await playRelease(ingest, back)).status).toBe('promoted');
    expect(await window()).toMatchObject({ open: false, prospect: 'waits', reasons: [{ code: 'on_hold' }], hold });
    expect((await project()).holds).toEqual({ production: hold });

    const next = await deploy('v3');
    expect((await playRelease(ingest, next)).status).toBe('queued');
    expect((await ingest.call(`/api/v1/releases/${next}`)).json.waiting).toMatchObject({ code: 'onHold', since: placed!.occurredAt });
    expect(await lift({ reason: 'v3 has the fix' })).toMatchObject({ status: 200, json: { hold: null } });
    expect((await playRelease(ingest, next)).status).toBe('promoted');
    expect((await project()).holds).toEqual({});
  });

  it('does so again if it is tried again, and keeps the hold that there is', async () => {
    await promoted('v1');
    await promoted('v2');
    await place({ reason: 'the sale begins' });
    const back = await rollback({ reason: 'prices are wrong' });
    expect((await window()).hold).toMatchObject({ reason: 'the sale begins', release: null });
    await ingest.post(`/api/v1/releases/${back}/abort`, {});
    await playRelease(ingest, back);
    await lift();
    const again = (await ingest.post(`/api/v1/releases/${back}/retry`, { reason: 'again' })).json.id;
    expect((await window()).hold).toMatchObject({ reason: 'again', release: again });
  });

  it('holds nothing if the policy says so, and a retry of a version never does', async () => {
    const id = await promoted('v1');
    await promoted('v2');
    await ingest.post(`/api/v1/releases/${id}/retry`, {});
    expect((await window()).hold).toBeNull();
    await ingest.call('/api/v1/projects/shop', {
      method: 'PATCH', token: ADMIN, body: JSON.stringify({ policy: { holdAfterRollback: false } }),
      headers: { 'content-type': 'application/json' },
    });
    await rollback();
    expect((await window()).hold).toBeNull();
  });
});

describe('a hold', () => {
  it('is placed once, with a reason, and lifted once; each is recorded and logged', async () => {
    expect(await place({})).toMatchObject({ status: 422, json: { pointer: '/reason' } });
    expect(await lift()).toMatchObject({ status: 409, json: { code: 'not_on_hold' } });
    expect(await place({ reason: 'the sale begins' })).toMatchObject({
      status: 200, json: { project: 'shop', environment: 'production', hold: { by: 'demo', reason: 'the sale begins', release: null } },
    });
    expect(await place({ reason: 'again' })).toMatchObject({ status: 409, json: { code: 'on_hold' } });
    expect(await lift()).toMatchObject({ status: 200 });
    expect(await lift()).toMatchObject({ status: 409, json: { code: 'not_on_hold' } });
    expect((await ofProject()).map(({ type }) => type)).toEqual(['HoldPlaced', 'HoldLifted']);
    const lines = ingest.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ audit }) => String(audit).startsWith('hold'))).toEqual([
      expect.objectContaining({ audit: 'hold_placed', by: 'demo', subject: 'shop', environment: 'production', reason: 'the sale begins' }),
      expect.objectContaining({ audit: 'hold_lifted', by: 'demo', subject: 'shop', environment: 'production' }),
    ]);
  });

  it('is for users with the scope operate on the project, where releases are possible', async () => {
    for (const call of [place({ reason: 'no' }, CI), lift({}, CI)])
      expect(await call).toMatchObject({ status: 403, json: { code: 'forbidden_scope' } });
    expect(await place({ reason: 'no' }, OTHER_TOKEN)).toMatchObject({ status: 403, json: { code: 'forbidden_project' } });
    expect(await lift({ environment: 'staging' })).toMatchObject({ status: 404, json: { code: 'unknown_environment' } });
  });

  it('is placed and lifted once for each Idempotency-Key', async () => {
    const send = (path: string, key: string): Promise<Answer> => ingest.call(`/api/v1/projects/shop/${path}`, {
      method: 'POST', body: JSON.stringify({ reason: 'the sale begins' }),
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
    });
    const first = await send('hold', 'k1');
    expect(await send('hold', 'k1')).toMatchObject({ status: 200, json: first.json });
    await send('hold/lift', 'k2');
    expect(await send('hold/lift', 'k2')).toMatchObject({ status: 200, json: { hold: null } });
    expect((await ofProject()).map(({ type }) => type)).toEqual(['HoldPlaced', 'HoldLifted']);
  });

  it('is no change of the project: a document of before is still of its version', async () => {
    const change = (version: number, weight: number): Promise<Answer> => ingest.call('/api/v1/projects/shop/document', {
      method: 'PUT', token: ADMIN, headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ document: {
        apiVersion: 'alloy.dev/v1', kind: 'Project', metadata: { name: 'shop', version },
        spec: { environments: { production: { namespace: 'shop', stages: [{ weight, duration: 5 }] } } },
      } }),
    });
    await place({ reason: 'the sale begins' });
    expect((await project()).version).toBe(0);
    expect(await change(0, 20)).toMatchObject({ status: 200 });
    const { version } = await project();
    await lift();
    expect((await project()).version).toBe(version);
    expect(await change(version, 30)).toMatchObject({ status: 200 });
    expect(await change(version, 40)).toMatchObject({ status: 409, json: { code: 'version_conflict' } });
    expect((await project()).version).toBeGreaterThan(version);
  });
});

describe('a release that overrides the hold', () => {
  const request = (more: Record<string, unknown>, token?: string): Promise<Answer> => ingest.post('/api/v1/releases', order(more), token);

  it('starts, and takes the scope operate and a reason', async () => {
    await place({ reason: 'the sale begins' });
    expect(await request({ overrideHold: true, reason: 'no' }, CI)).toMatchObject({
      status: 403, json: { code: 'forbidden_scope', pointer: '/overrideHold' },
    });
    for (const reason of [null, ' '])
      expect(await request({ overrideHold: true, reason })).toMatchObject({
        status: 422, json: { code: 'reason_required', pointer: '/reason' },
      });
    const { json: { id } } = await request({ overrideHold: true, reason: 'the fix' });
    expect((await ingest.ledger.log.load(id)).events[0]!.data).toMatchObject({ overridesHold: true, reason: 'the fix' });
    expect((await playRelease(ingest, id)).status).toBe('promoted');
    // A retry, which takes only the scope deploy, waits.
    const again = (await ingest.post(`/api/v1/releases/${id}/retry`, {}, CI)).json.id;
    expect((await playRelease(ingest, again)).status).toBe('queued');
  });

  it('is not delayed by one that waits for the hold', async () => {
    await place({ reason: 'the sale begins' });
    const { json: { id: waiting } } = await request({ overrideHold: false });
    expect((await playRelease(ingest, waiting)).status).toBe('queued');
    const { json: { id } } = await request({ overrideHold: true, reason: 'the fix' });
    expect((await playRelease(ingest, id)).status).toBe('promoted');
  });
});
