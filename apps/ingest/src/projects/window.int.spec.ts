import { bootstrap } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import { openDoor, OTHER_TOKEN, type Door } from '../testing/door';
import { playRelease } from '../testing/play-release';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door?.close());

const window = (more = '') => door.call(`/api/v1/projects/shop/window${more}`);

describe('the window', () => {
  it('is open until a release runs or waits, and again once it has ended', async () => {
    expect(await window()).toMatchObject({ status: 200, json: { project: 'shop', environment: 'production', open: true, prospect: 'starts', reasons: [], running: null, waiting: 0, opensAt: null } });
    const { json } = await door.deploy(body({ strategy: 'rollout' }));
    const id = json.release_id as string;
    expect((await window()).json).toMatchObject({ open: false, prospect: 'waits', reasons: [{ code: 'queue' }], running: null, waiting: 1 });
    await playRelease(door, id, 'releasing');
    expect((await window()).json).toMatchObject({ open: false, prospect: 'waits', reasons: [{ code: 'slot_taken', text: expect.stringContaining(id) }], running: { id, status: 'releasing', imageTag: 'v1', urgent: false } });
    await playRelease(door, id);
    expect((await window()).json).toMatchObject({ open: true, running: null });
  });

  it('says what the policy makes of a release that comes while another runs', async () => {
    await bootstrap({ databaseUrl: door.database.url, user: 'demo', project: 'shop', policy: { namespace: 'shop', whenBusy: 'reject' } });
    const { json } = await door.deploy(body({ strategy: 'rollout', image_tag: 'v2' }));
    await playRelease(door, json.release_id, 'releasing');
    expect((await window()).json).toMatchObject({ open: false, prospect: 'rejected', whenBusy: 'reject' });
  });

  it('is nobody else’s to see, and not there where nobody can release to', async () => {
    expect(await door.call('/api/v1/projects/shop/window', { token: OTHER_TOKEN })).toMatchObject({ status: 403, json: { code: 'forbidden_project' } });
    expect(await window('?environment=moon')).toMatchObject({ status: 404, json: { code: 'unknown_environment' } });
    expect(await window('?environment=Moon')).toMatchObject({ status: 422 });
  });
});
