import { bootstrap } from '@alloy/ledger';
import { base64, body, files, manifest } from '../testing/deploy-body';
import { openDoor, OTHER_TOKEN, type Door } from '../testing/door';
import { playRelease } from '../testing/play-release';
import { CANARY, deployed, refuses } from '../testing/refusals';

const labelled = (app: string) => ({ ...files(), deployment: base64(manifest.deployment.replaceAll('app: web', `app: ${app}`)), service: base64(manifest.service.replace('app: web', `app: ${app}`)) });
const theirs = (app: string) => body({ user_id: 'other', project_id: 'theirs', files: labelled(app) });

let door: Door;
beforeAll(async () => {
  door = await openDoor();
  await bootstrap({ databaseUrl: door.database.url, user: 'other', project: 'theirs', policy: { namespace: 'shop' } });
  const { json } = await door.deploy(body());
  expect((await playRelease(door, json.release_id)).status).toBe('promoted');
  expect((await door.post('/api/webhook/deploy', theirs('api'), OTHER_TOKEN)).status).toBe(202);
});
afterAll(() => door?.close());

describe('manifests: what runs already', () => {
  refuses(() => door, [
    deployed('a changed selector', () => body({ files: labelled(CANARY) }), 422, 'selector_immutable', '/files/deployment/0/spec/selector'),
    { what: 'a selector that takes another project\'s stable pods', status: 409, code: 'selector_overlap', pointer: '/files/deployment/0/spec/selector', send: () => door.post('/api/webhook/deploy', theirs('web'), OTHER_TOKEN) },
    deployed('a selector that takes the pods of another project\'s first release', () => body({ files: { ...labelled('api'), deployment: base64(manifest.deployment.replaceAll('app: web', 'app: api').replace('name: web}', 'name: other}')) } }), 409, 'selector_overlap', '/files/deployment/0/spec/selector'),
  ]);

  it('takes the same selector again', async () => expect(await door.deploy(body({ image_tag: 'v2' }))).toMatchObject({ status: 202 }));
});
