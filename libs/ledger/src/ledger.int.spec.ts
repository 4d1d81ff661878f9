import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '@alloy/contracts';
import { InlineConflict, newEventId, VersionConflict } from '@alloy/event-store';
import type { EventOf, ReleaseEvent } from '@alloy/release';
import { createDatabase, type TestDatabase } from '../../../test/support/database';
import { bootstrap, createLedger, type Ledger, type ReleaseKey, type ReleaseList } from './index';
import { typeormProjects } from './orm';
import { inspected, planned, promoted, promoting, queued, reason, requested } from './testing/facts';

const ci: Actor = { kind: 'ci', id: 'demo' };
const service: Actor = { kind: 'service', id: 'planner' };
const release = (releaseId: string, project = 'shop'): ReleaseKey => ({ releaseId, project, environment: 'production' });

let database: TestDatabase;
let folder: string;
let ledger: Ledger;
let notifications = 0;

beforeAll(async () => {
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'alloy-keystore-'));
  // As the planner, whose role must be sufficient for all actions of this test.
  ledger = createLedger({ databaseUrl: database.roleUrl('alloy_planner'), notifyCommit: () => (notifications += 1) });
});
afterAll(async () => {
  await ledger?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('the log', () => {
  const one = release('01AAA');

  it('folds the appended events and sends a commit notification', async () => {
    const before = notifications;
    const [event] = await ledger.log.append(one, [requested()], { expected: 0, actor: ci });
    expect(event).toMatchObject({
      stream: 'release-01AAA', version: 1, family: 'intent', correlationId: '01AAA', causationId: null, actor: ci,
    });
    const { state, now } = await ledger.log.load('01AAA');
    expect(state).toMatchObject({ status: 'requested', project: 'shop', environment: 'production', version: 1 });
    expect(Math.abs(now - Date.parse(event!.occurredAt))).toBeLessThan(60_000);
    expect(notifications).toBe(before + 1);
  });

  it('uses the stream\'s last event as the cause', async () => {
    const { events } = await ledger.log.load(one);
    const [event] = await ledger.log.append(one, [inspected], { expected: 'any', actor: service });
    expect(event!.causationId).toBe(events.at(-1)!.id);
  });

  it('refuses a decision that is based on an old version', async () => {
    await expect(ledger.log.append(one, [queued('01ZZZ')], { expected: 1, actor: service })).rejects.toBeInstanceOf(VersionConflict);
  });

  it('keeps the first wording of a fact that is recorded twice', async () => {
    const ids = [newEventId()];
    const first = await ledger.log.append(one, [inspected], { expected: 'any', actor: service, ids });
    const second = await ledger.log.append(one, [inspected], { expected: 'any', actor: { kind: 'service', id: 'another' }, ids });
    expect(second).toEqual(first);
  });

  it('returns the state none for a release that was never requested', async () => {
    expect((await ledger.log.load('01NONE')).state.status).toBe('none');
  });
});

describe('slot and queue', () => {
  const [first, second] = [release('01BBB', 'queue'), release('01CCC', 'queue')] as const;
  const version = async (key: ReleaseKey) => (await ledger.log.load(key)).state.version;
  const decide = async (key: ReleaseKey, ...events: Parameters<Ledger['log']['append']>[1]) =>
    ledger.log.append(key, events, { expected: await version(key), actor: service });

  const dueAt = async (releaseId: string) =>
    (await ledger.pool.query('SELECT next_due_at FROM release WHERE release_id = $1', [releaseId])).rows[0].next_due_at;

  it('is held by one release at a time, and makes the next one due when it is freed', async () => {
    await ledger.log.append(first, [requested('v1')], { expected: 0, actor: ci });
    await ledger.log.append(second, [requested('v2')], { expected: 0, actor: ci });
    await decide(first, planned(1));
    expect(await ledger.log.context(second)).toMatchObject({ slot: { holder: '01BBB', counter: 1 }, stable: null, waiting: [] });

    await expect(decide(second, planned(2))).rejects.toBeInstanceOf(InlineConflict);
    expect(await version(second)).toBe(1);

    await decide(second, queued('01BBB'));
    expect((await ledger.log.waitingFor('executor')).map((key) => key.releaseId)).not.toContain('01CCC');
    expect(await dueAt('01CCC')).toBeNull();
    expect(await ledger.log.context(first)).toMatchObject({ waiting: [{ releaseId: '01CCC', whenBusy: 'latestOnly' }] });

    await decide(first, promoting, promoted);
    expect(await dueAt('01CCC')).not.toBeNull();
    expect((await ledger.log.waitingFor('planner')).map((key) => key.releaseId)).toContain('01CCC');
    const { at, now } = await ledger.log.nextDue();
    expect(at).toBeLessThanOrEqual(now);
    expect(await ledger.log.context(second)).toMatchObject({
      slot: { holder: null, counter: 1 }, stable: { releaseId: '01BBB', artifact: 'digest-v1', imageTag: 'v1' },
    });
    expect(await ledger.stable.current('queue', 'production')).toMatchObject({
      releaseId: '01BBB', imageTag: 'v1', judged: true, target: { cluster: 'default', namespace: 'shop', workload: 'web' },
    });

    await expect(decide(second, planned(1))).rejects.toThrow(/already used/);
    await decide(second, planned(2));
    expect(await ledger.log.unfinished('queue', 'production')).toEqual([second]);
    expect(await ledger.log.withStatus(['promoted'])).toEqual([{ ...first, version: await version(first) }]);
    expect(await ledger.log.listWithStatus(['promoted'], undefined)).toMatchObject({ releases: await ledger.log.withStatus(['promoted']) });
  });
});

describe('a version that a release adopted', () => {
  it('is not judged if it was released in an emergency', async () => {
    const key = release('01EMERGENCY', 'burning');
    const request = requested();
    await ledger.log.append(key, [{ ...request, data: { ...request.data, emergency: true } } as ReleaseEvent], { expected: 0, actor: ci });
    await ledger.log.append(key, [planned(0), promoting, promoted], { expected: 1, actor: service });
    expect(await ledger.stable.current('burning', 'production')).toMatchObject({ releaseId: '01EMERGENCY', judged: false });
  });

  it('is stable with its target, and not judged', async () => {
    const key = release('01ADOPT', 'adopted');
    const stable = { releaseId: null, artifact: 'digest-v0', image: 'shop', imageTag: 'v0' };
    const target = { cluster: 'default', namespace: 'shop', workload: 'web' };
    await ledger.log.append(key, [requested('v1')], { expected: 0, actor: ci });
    await ledger.log.append(key, [{ type: 'StableAdopted', data: { stable, target } }], { expected: 1, actor: service });
    expect(await ledger.stable.current('adopted', 'production')).toMatchObject({ ...stable, judged: false, target });
    expect(await ledger.log.context(key)).toMatchObject({ stable });
  });
});

describe('a release that requests the stable version', () => {
  const [v1, v2, again, other] = ['01AGAIN1', '01AGAIN2', '01AGAIN3', '01AGAIN4'].map((id) => release(id, 'again'));
  const request = (tag: string, content: string | undefined, more: object = {}) => {
    const event = requested(tag) as EventOf<'ReleaseRequested'>;
    return { ...event, data: { ...event.data, ...(content && { content }), ...more } };
  };
  const ask = (key: ReleaseKey, tag: string, content: string | undefined, more: object = {}) =>
    ledger.log.append(key, [request(tag, content, more)], { expected: 0, actor: ci });
  const record = async (key: ReleaseKey, ...events: readonly ReleaseEvent[]) =>
    ledger.log.append(key, events, { expected: 'any', actor: service });

  it('is known by its manifests while it waits, and as restored once the release before it was rolled back', async () => {
    await ask(v1!, 'v1', 'same');
    await record(v1!, planned(1), promoting, promoted);
    await ask(v2!, 'v2', 'new');
    await record(v2!, planned(2));
    await ask(again!, 'v1', 'same', { artifact: 'sealed again' });
    await ask(other!, 'v3', undefined);
    await record(again!, queued('01AGAIN2'));
    expect((await ledger.log.context(v2!)).waiting).toMatchObject([
      { releaseId: '01AGAIN3', requestsStable: true, requestedBy: ci.id }, { releaseId: '01AGAIN4' },
    ]);
    expect((await ledger.log.context(v2!)).waiting[1]).not.toHaveProperty('requestsStable');
    expect(await ledger.log.context(again!)).not.toHaveProperty('isRestored');
    await record(v2!, { type: 'RollbackDecided', data: { attempt: 1, reason, to: null, replicas: 1 } });
    await record(v2!, { type: 'ReleaseStuck', data: { reason } });
    expect(await ledger.log.context(again!)).not.toHaveProperty('isRestored');
    await record(v2!, { type: 'ReleaseRolledBack', data: { reason } });
    expect(await ledger.log.context(again!)).toMatchObject({ isRestored: true, stable: { releaseId: '01AGAIN1' } });
    expect(await ledger.log.context(other!)).not.toHaveProperty('isRestored');
    await record(again!, { type: 'ReleasePromoted', data: { reason: { ...reason, code: 'already_stable' } } });
    expect(await ledger.stable.current('again', 'production')).toMatchObject({ releaseId: '01AGAIN1', artifact: 'digest-v1' });
  });

  it('is another version once another client has changed the stable one', async () => {
    const [first, second, third] = ['01HOTFIX1', '01HOTFIX2', '01HOTFIX3'].map((id) => release(id, 'hotfix'));
    await ask(first!, 'v1', 'same');
    await record(first!, planned(1), promoting, promoted);
    await ask(second!, 'v2', 'new');
    const stable = { releaseId: '01HOTFIX1', artifact: 'hotfix of v1', image: 'shop', imageTag: 'hotfix' };
    await record(second!, { type: 'StableAdopted', data: { stable } }, planned(2));
    await ask(third!, 'v1', 'same', { artifact: 'sealed again' });
    const { waiting } = await ledger.log.context(second!);
    expect(waiting).toMatchObject([{ releaseId: '01HOTFIX3' }]);
    expect(waiting[0]).not.toHaveProperty('requestsStable');
  });
});

describe('a list of releases that is read repeatedly', () => {
  const key = release('01LISTED', 'listed');
  const append = (event: Parameters<Ledger['log']['append']>[1][number]) =>
    ledger.log.append(key, [event], { expected: 'any', actor: service });
  const read = (before: ReleaseList | undefined) => ledger.log.listWithStatus(['requested'], before);

  it('is the same list while nothing changes, and a new one after a release was added, changed or ended', async () => {
    const empty = await ledger.log.listWithStatus(['stuck'], undefined);
    expect(empty.releases).toEqual([]);
    expect(await ledger.log.listWithStatus(['stuck'], empty)).toBe(empty);
    const before = await read(undefined);
    await append(requested());
    const added = await read(before);
    expect(added.releases).toEqual([...before.releases, { ...key, version: 1 }]);
    expect(await read(added)).toBe(added);
    await append(inspected);
    const changed = await read(added);
    expect(changed.releases).toEqual([...before.releases, { ...key, version: 2 }]);
    await append(queued('01ZZZ'));
    expect((await read(changed)).releases).toEqual(before.releases);
  });
});

describe('two planners at once', () => {
  it('give the slot to one release, and store nothing of the other\'s plan', async () => {
    const other = createLedger({ databaseUrl: database.roleUrl('alloy_planner') });
    try {
      for (let round = 0; round < 10; round += 1) {
        const rivals = [release(`01R${round}A`, `race-${round}`), release(`01R${round}B`, `race-${round}`)];
        for (const rival of rivals) await ledger.log.append(rival, [requested()], { expected: 0, actor: ci });
        const plan = (log: Ledger['log'], rival: ReleaseKey) => log.append(rival, [planned(1)], { expected: 1, actor: service });
        const outcomes = await Promise.allSettled([plan(ledger.log, rivals[0]!), plan(other.log, rivals[1]!)]);
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: { code: 'inline_conflict' } });
        const versions = await Promise.all(rivals.map(async (rival) => (await ledger.log.load(rival)).state.version));
        expect(versions.sort()).toEqual([1, 2]);
      }
    } finally {
      await other.close();
    }
  });

  it('keep one of two decisions on the same version', async () => {
    const key = release('01SAME', 'same');
    await ledger.log.append(key, [requested()], { expected: 0, actor: ci });
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4].map(() => ledger.log.append(key, [queued('01ZZZ')], { expected: 1, actor: service })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(VersionConflict);
  });
});

describe('leases', () => {
  it('have one holder, and a new epoch for each change of the holder', async () => {
    expect(await ledger.leases.acquire('observe/1', 'a', 60_000)).toBe(1);
    expect(await ledger.leases.acquire('observe/1', 'a', 60_000)).toBe(1);
    expect(await ledger.leases.acquire('observe/1', 'b', 60_000)).toBeUndefined();
    await ledger.leases.release('observe/1', 'b');
    expect(await ledger.leases.acquire('observe/1', 'b', 60_000)).toBeUndefined();
    await ledger.leases.release('observe/1', 'a');
    expect(await ledger.leases.acquire('observe/1', 'b', 0)).toBe(2);
    expect(await ledger.leases.acquire('observe/1', 'a', 60_000)).toBe(3);
  });

  it('keep their epoch if the same holder renews too late, but before any other process', async () => {
    expect(await ledger.leases.acquire('observe/2', 'a', 0)).toBe(1);
    expect(await ledger.leases.acquire('observe/2', 'a', 60_000)).toBe(1);
  });

  it('are listed by their prefix while they are held', async () => {
    for (const name of ['replica/w/1', 'replica/w/0', 'replica/other/0']) await ledger.leases.acquire(name, 'a', 60_000);
    await ledger.leases.acquire('replica/w/2', 'a', 0);
    expect(await ledger.leases.held('replica/w/')).toEqual(['replica/w/0', 'replica/w/1']);
    await ledger.leases.release('replica/w/0', 'a');
    expect(await ledger.leases.held('replica/w/')).toEqual(['replica/w/1']);
  });
});

describe('artifacts', () => {
  const masterKey = Buffer.alloc(32, 7);
  const bundle = {
    workload: 'web',
    objects: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { password: 'canary-bird' } }],
  };
  const open = (key = masterKey, keystoreDir = folder) =>
    createLedger({ databaseUrl: database.roleUrl('alloy_executor'), masterKey: key, keystoreDir });

  it('are sealed once per release, can be opened only with the master key, and are never stored unencrypted', async () => {
    const [ours, theirs] = [open(), open(Buffer.alloc(32, 8))];
    try {
      const digest = await ours.artifacts.seal('01DDD', 'shop', bundle);
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(await ours.artifacts.seal('01DDD', 'shop', { ...bundle, workload: 'other' })).toBe(digest);
      expect(await ours.artifacts.open(digest)).toEqual(bundle);
      await expect(theirs.artifacts.open(digest)).rejects.toMatchObject({ code: 'artifact_unreadable' });
      const { rows } = await ours.pool.query('SELECT ciphertext FROM artifact WHERE digest = $1', [digest]);
      expect(rows[0].ciphertext.includes('canary-bird')).toBe(false);
    } finally {
      await Promise.all([ours.close(), theirs.close()]);
    }
  });

  it('leave the setting synchronous_commit of the connection unchanged', async () => {
    const ours = createLedger({ databaseUrl: database.roleUrl('alloy_executor'), masterKey, keystoreDir: folder, poolSize: 1 });
    try {
      await ours.artifacts.seal('01PATIENT', 'shop', bundle);
      expect((await ours.pool.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }]);
    } finally {
      await ours.close();
    }
  });

  it('have their data key in a file of mode 0600, without which the bundle cannot be opened', async () => {
    const ours = open();
    try {
      const digest = await ours.artifacts.seal('01EEE', 'shop', bundle);
      const file = join(folder, '01EEE.key');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      expect((await readFile(file)).includes(masterKey)).toBe(false);
      await rm(file);
      await expect(ours.artifacts.open(digest)).rejects.toThrow(/key was destroyed/);
    } finally {
      await ours.close();
    }
  });

  it('are one artifact if two processes seal the same release concurrently', async () => {
    const [one, two] = [open(), open()];
    try {
      const digests = await Promise.all([one, two, one, two].map((each) => each.artifacts.seal('01TWICE', 'shop', bundle)));
      expect(new Set(digests).size).toBe(1);
      expect(await two.artifacts.open(digests[0]!)).toEqual(bundle);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it.each(['../evil', 'a/b', '', 'x'.repeat(129)])('refuse the release id %.10j', async (name) => {
    const ours = open();
    try {
      await expect(ours.artifacts.seal(name, 'shop', bundle)).rejects.toBeInstanceOf(RangeError);
    } finally {
      await ours.close();
    }
  });

  it('have name hashes that differ by project', async () => {
    const ours = open();
    expect(ours.artifacts.nameHash('shop', 'x')).toBe(ours.artifacts.nameHash('shop', 'x'));
    expect(ours.artifacts.nameHash('shop', 'x')).not.toBe(ours.artifacts.nameHash('other', 'x'));
    await ours.close();
  });
});

describe('measurements', () => {
  it('are read as recorded', async () => {
    const watcher = createLedger({ databaseUrl: database.roleUrl('alloy_watcher') });
    try {
      const rows = [
        {
          releaseId: '01FFF', step: 1, attempt: 1,
          track: 'canary' as const,
          pod: 'web-canary-1',
          requests: 20,
          errors: 1,
          observedMs: 1000,
        },
        { releaseId: '01FFF', step: 1, attempt: 1, track: 'stable' as const, pod: 'web-1', requests: 90, errors: 0, observedMs: 1000 },
      ];
      await watcher.measurements.record(rows);
      expect(await watcher.measurements.read('01FFF', 1, 1)).toMatchObject(rows);
      const { rows: partitions } = await watcher.pool.query(
        `SELECT count(*)::int AS n FROM pg_inherits WHERE inhparent = 'measurement'::regclass`,
      );
      expect(partitions[0].n).toBe(3);
    } finally {
      await watcher.close();
    }
  });
});

describe('bootstrap', () => {
  it('is idempotent for the same user, project, policy and token', async () => {
    const sha256 = 'ab'.repeat(32);
    const options = { databaseUrl: database.url, user: 'demo', project: 'boot', policy: { progressDeadline: 8 }, tokenSha256: sha256 };
    await bootstrap(options);
    await bootstrap({ ...options, policy: { progressDeadline: 9 } });
    expect((await ledger.policies.find('boot', 'production'))!.policy).toMatchObject({ progressDeadline: 9, whenBusy: 'latestOnly' });
    await bootstrap({ ...options, policy: { progressDeadline: 10 }, existingPolicy: 'keep' });
    expect((await ledger.policies.find('boot', 'production'))!.policy).toMatchObject({ progressDeadline: 9 });
    await bootstrap({ ...options, environment: 'staging', policy: { progressDeadline: 10 }, existingPolicy: 'keep' });
    expect((await ledger.policies.find('boot', 'staging'))!.policy).toMatchObject({ progressDeadline: 10 });
    expect(await ledger.policies.find('nowhere', 'production')).toBeUndefined();
    await expect(bootstrap({ ...options, user: 'somebody-else' })).rejects.toThrow(/belongs to another/);

    const ingest = createLedger({ databaseUrl: database.roleUrl('alloy_ingest') });
    try {
      const projects = typeormProjects(await ingest.orm.source(), ingest.pool);
      expect(await projects.findToken(sha256)).toMatchObject({ account: 'demo', projects: ['boot'] });
      expect(await projects.findToken('cd'.repeat(32))).toBeUndefined();
      expect([await projects.exists('boot'), await projects.exists('nowhere')]).toEqual([true, false]);
      const { rows } = await ledger.pool.query('SELECT 1');
      expect(rows).toHaveLength(1);
    } finally {
      await ingest.close();
    }
  });
});
