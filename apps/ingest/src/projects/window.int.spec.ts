import { bootstrap } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import { startTestIngest, OTHER_TOKEN, type TestIngest } from '../testing/test-ingest';
import { playRelease } from '../testing/play-release';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

const window = (more = '') => ingest.call(`/api/v1/projects/shop/window${more}`);

describe('the window', () => {
  it('is open until a release runs or waits, and again after it has ended', async () => {
    expect(await window()).toMatchObject({
      status: 200,
      json: {
        project: 'shop', environment: 'production', open: true, prospect: 'starts',
        reasons: [],
        running: null,
        waiting: 0,
        opensAt: null,
      },
    });
    const { json } = await ingest.deploy(body({ strategy: 'rollout' }));
    const id = json.release_id as string;
    expect((await window()).json).toMatchObject({
      open: false,
      prospect: 'waits',
      reasons: [{ code: 'queue' }],
      running: null,
      waiting: 1,
    });
    await playRelease(ingest, id, 'releasing');
    expect((await window()).json).toMatchObject({
      open: false,
      prospect: 'waits',
      reasons: [{ code: 'slot_taken', text: expect.stringContaining(id) }],
      running: { id, status: 'releasing', imageTag: 'v1', urgent: false, waiting: null },
    });
    await playRelease(ingest, id);
    expect((await window()).json).toMatchObject({ open: true, running: null });
  });

  it('reports the prospect of a release, by the policy, while another one runs', async () => {
    await bootstrap({ databaseUrl: ingest.database.url, user: 'demo', project: 'shop', policy: { namespace: 'shop', whenBusy: 'reject' } });
    const { json } = await ingest.deploy(body({ strategy: 'rollout', image_tag: 'v2' }));
    await playRelease(ingest, json.release_id, 'releasing');
    expect((await window()).json).toMatchObject({ open: false, prospect: 'rejected', whenBusy: 'reject' });
  });

  it('is hidden from other projects’ tokens, and does not exist for an environment without a policy', async () => {
    expect(await ingest.call('/api/v1/projects/shop/window', { token: OTHER_TOKEN })).toMatchObject({
      status: 403,
      json: { code: 'forbidden_project' },
    });
    expect(await window('?environment=moon')).toMatchObject({ status: 404, json: { code: 'unknown_environment' } });
    expect(await window('?environment=Moon')).toMatchObject({ status: 422 });
  });
});
