import { releaseStream } from '@alloy/contracts';
import { verifyChain } from '@alloy/audit';
import { bootstrap } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import { openDoor, sha256, type Answer, type Door } from '../testing/door';
import { playRelease } from '../testing/play-release';

const ADMIN = 'token-of-an-administrator';

let door: Door;
beforeEach(async () => {
  door = await openDoor();
  await bootstrap({ databaseUrl: door.database.url, user: 'admin', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
});
afterEach(() => door?.close());

const deploy = async (): Promise<string> => (await door.deploy(body({ strategy: 'rollout' }))).json.release_id;
const shred = (id: string, content: unknown = {}): Promise<Answer> => door.post(`/api/v1/releases/${id}/shred`, content, ADMIN);
const show = async (path: string) => (await door.call(`/api/v1/${path}`)).json;

it('makes an earlier version unreadable for ever: it is no version to go back to, and says so; its history still verifies', async () => {
  const first = await deploy();
  await playRelease(door, first);
  await playRelease(door, await deploy());
  expect(await show(`releases/${first}`)).toMatchObject({ status: 'promoted', restorable: true });

  const answer = await shred(first, { reason: 'the customer left' });
  expect(answer).toMatchObject({ status: 200, json: { id: first, artifact: expect.stringMatching(/^[0-9a-f]{64}$/), restorable: false } });
  expect(await shred(first)).toEqual(answer);
  expect(await show(`releases/${first}`)).toMatchObject({ status: 'promoted', restorable: false });
  await expect(door.ledger.artifacts.open(answer.json.artifact)).rejects.toMatchObject({ code: 'artifact_unreadable' });

  const events = await door.ledger.store.read(releaseStream(first), { raw: true });
  expect(verifyChain(events)).toEqual([]);
  expect(events.filter(({ type }) => type === 'ReleaseShredded')).toMatchObject([{ family: 'intent', actor: { kind: 'user', id: 'admin' }, data: { artifact: answer.json.artifact, forced: false, reason: 'the customer left' } }]);
  for (const path of ['projects/shop/rollback', `releases/${first}/retry`]) expect(await door.post(`/api/v1/${path}`, {}, ADMIN)).toMatchObject({ status: 409, json: { code: 'not_restorable' } });
});

it('wants force for the stable version and for what is still running, and then does it', async () => {
  const stable = await deploy();
  await playRelease(door, stable);
  const running = await deploy();
  expect(await shred(stable)).toMatchObject({ status: 409, json: { code: 'is_stable', pointer: '/force' } });
  expect(await shred(running)).toMatchObject({ status: 409, json: { code: 'still_running', pointer: '/force' } });
  expect(await show('projects/shop/stable')).toMatchObject({ releaseId: stable, restorable: true });

  expect(await shred(stable, { force: true })).toMatchObject({ status: 200 });
  expect(await show('projects/shop/stable')).toMatchObject({ releaseId: stable, restorable: false });
  expect((await door.ledger.log.load(stable)).events.at(-1)).toMatchObject({ type: 'ReleaseShredded', data: { forced: true, reason: null } });
});

it('refuses what it can\'t read, and what is not there', async () => {
  expect(await shred(await deploy(), { forse: true })).toMatchObject({ status: 422, json: { code: 'unknown_key' } });
  expect(await shred('01NOTHING')).toMatchObject({ status: 404, json: { code: 'unknown_release' } });
});
