import { releaseStream } from '@alloy/contracts';
import { verifyChain } from '@alloy/audit';
import { bootstrap } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { startTestIngest, sha256, type TestIngest } from '../testing/test-ingest';
import { playRelease } from '../testing/play-release';

const ADMIN = 'token-of-an-administrator';

let ingest: TestIngest;
beforeEach(async () => {
  ingest = await startTestIngest();
  await bootstrap({ databaseUrl: ingest.database.url, user: 'admin', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
});
afterEach(() => ingest?.close());

let builds = 0;
const deploy = async (): Promise<string> =>
  (await ingest.deploy(body({ strategy: 'rollout', commit_sha: `build-${(builds += 1)}` }))).json.release_id;
const shred = (id: string, content: unknown = {}): Promise<Answer> => ingest.post(`/api/v1/releases/${id}/shred`, content, ADMIN);
const show = async (path: string) => (await ingest.call(`/api/v1/${path}`)).json;

it('makes an earlier version permanently unreadable, and refuses it as a rollback target; its history still verifies', async () => {
  const first = await deploy();
  await playRelease(ingest, first);
  await playRelease(ingest, await deploy());
  expect(await show(`releases/${first}`)).toMatchObject({ status: 'promoted', restorable: true });

  const answer = await shred(first, { reason: 'the customer left' });
  expect(answer).toMatchObject({ status: 200, json: { id: first, artifact: expect.stringMatching(/^[0-9a-f]{64}$/), restorable: false } });
  expect(await shred(first)).toEqual(answer);
  expect(await show(`releases/${first}`)).toMatchObject({ status: 'promoted', restorable: false });
  await expect(ingest.ledger.artifacts.open(answer.json.artifact)).rejects.toMatchObject({ code: 'artifact_unreadable' });

  const events = await ingest.ledger.store.read(releaseStream(first), { raw: true });
  expect(verifyChain(events)).toEqual([]);
  expect(events.filter(({ type }) => type === 'ReleaseShredded')).toMatchObject([
    {
      family: 'intent',
      actor: { kind: 'user', id: 'admin' },
      data: { artifact: answer.json.artifact, forced: false, reason: 'the customer left' },
    },
  ]);
  for (const path of ['projects/shop/rollback', `releases/${first}/retry`])
    expect(await ingest.post(`/api/v1/${path}`, {}, ADMIN)).toMatchObject({ status: 409, json: { code: 'not_restorable' } });
});

it('requires force for the stable version and for a running release', async () => {
  const stable = await deploy();
  await playRelease(ingest, stable);
  const running = await deploy();
  expect(await shred(stable)).toMatchObject({ status: 409, json: { code: 'is_stable', pointer: '/force' } });
  expect(await shred(running)).toMatchObject({ status: 409, json: { code: 'still_running', pointer: '/force' } });
  expect(await show('projects/shop/stable')).toMatchObject({ releaseId: stable, restorable: true });

  expect(await shred(stable, { force: true })).toMatchObject({ status: 200 });
  expect(await show('projects/shop/stable')).toMatchObject({ releaseId: stable, restorable: false });
  expect((await ingest.ledger.log.load(stable)).events.at(-1)).toMatchObject({
    type: 'ReleaseShredded',
    data: { forced: true, reason: null },
  });
});

it('shreds adopted manifests separately, after they are no longer the stable version', async () => {
  const id = await deploy();
  const bundle = {
    workload: 'web',
    objects: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'old', namespace: 'shop' }, stringData: { password: 'canary-bird' } }],
  };
  const artifact = await ingest.ledger.artifacts.seal(`${id}-adopted`, 'shop', bundle);
  const adopted = { releaseId: null, artifact, image: 'r.example/old', imageTag: 'v0' };
  await ingest.ledger.log.append(
    { releaseId: id, project: 'shop', environment: 'production' },
    [{ type: 'StableAdopted', data: { stable: adopted } }],
    { expected: 'any', actor: { kind: 'service', id: 'executor' } },
  );
  expect(await shred(id, { adopted: true })).toMatchObject({ status: 409, json: { code: 'is_stable', pointer: '/force' } });

  await playRelease(ingest, id);
  const answer = await shred(id, { adopted: true, reason: 'its secrets are out' });
  expect(answer).toMatchObject({ status: 200, json: { id, artifact, restorable: false } });
  expect(await shred(id, { adopted: true })).toEqual(answer);
  await expect(ingest.ledger.artifacts.open(artifact)).rejects.toMatchObject({ code: 'artifact_unreadable' });
  expect(await show(`releases/${id}`)).toMatchObject({ status: 'promoted', restorable: true });
  const recorded = (await ingest.ledger.log.load(id)).events.filter(({ type }) => type === 'ReleaseShredded');
  expect(recorded).toMatchObject([{ data: { artifact, forced: false, reason: 'its secrets are out' } }]);
  expect(await shred(id, { force: true })).toMatchObject({ status: 200 });
  expect((await ingest.ledger.log.load(id)).events.filter(({ type }) => type === 'ReleaseShredded')).toHaveLength(2);
  expect(await shred(await deploy(), { adopted: true })).toMatchObject({
    status: 409,
    json: { code: 'nothing_adopted', pointer: '/adopted' },
  });
});

it('refuses an invalid request, and an unknown release', async () => {
  expect(await shred(await deploy(), { forse: true })).toMatchObject({ status: 422, json: { code: 'unknown_key' } });
  expect(await shred('01NOTHING')).toMatchObject({ status: 404, json: { code: 'unknown_release' } });
});
