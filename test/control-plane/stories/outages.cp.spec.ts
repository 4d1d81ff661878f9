import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../support/eventually';
import { shortPolicy } from '../../support/stories';
import { controlPlane, needsPods } from '../support/control-plane';
import { withStage } from './support/stage';
import { sideBySide } from './support/side-by-side';

const OUTAGE_MS = 30_000;
// The stage is long enough for a disturbance during it, and the deadlines are longer than any outage, so that the
// outcome does not change.
const patient = {
  ...shortPolicy,
  stages: [{ weight: 50, duration: 10, deadline: 300 }],
  progressDeadline: 90,
  analysis: { minRequests: 150 },
};
// A verdict needs requests of at least twenty seconds; the requests continue during the outage.
const busy = { ...patient, stages: [{ weight: 50, duration: 6, deadline: 600 }], analysis: { minRequests: 900 } };
const stage = withStage({
  silent: patient,
  silentbad: patient,
  conflicts: patient,
  throttled: patient,
  forgotten: patient,
  down: busy,
  downbad: busy,
  downscaling: busy,
});
type Lane = Parameters<ReturnType<typeof stage>['play']>[0];

const promoted = { status: 'promoted', strategy: 'canary', reason: expect.objectContaining({ code: 'all_steps_done' }) };
const errors = { status: 'rolledBack', strategy: 'canary', reason: { code: 'error_rate' } };

async function withStable(lane: Lane): Promise<void> {
  const { shop } = stage().play(lane);
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
}

/** Checks that a canary that `disturb` disturbs during its analysis ends like an undisturbed one. */
async function disturbed(lane: Lane, tag: string, disturb: (id: string) => Promise<void> | void): Promise<void> {
  const { shop } = stage().play(lane);
  await withStable(lane);
  const id = await shop.deploy(tag);
  await shop.hasReached(id, 'analyse');
  await disturb(id);
  expect(await shop.ended(id)).toMatchObject(tag === 'v2' ? promoted : errors);
  await shop.onlyRuns(tag === 'v2' ? 'v2' : 'v1');
  await stage().prove(lane);
}

let silenced = 0;
function silence(): void {
  for (const replica of ['executor', 'watcher'] as const) silenced += stage().installation.api(replica).silenceWatches();
}

/** Writes that the proxy holds until another client has changed their object. */
const overtaken = [
  /^PUT .*\/deployments\/(web-canary)\/scale/,
  /^PUT .*\/deployments\/(web)\/scale/,
  /^PATCH .*\/deployments\/(web)\?.*force=true/,
  /^DELETE .*\/deployments\/(web-canary)$/,
];

async function conflicts(): Promise<void> {
  const { shop } = stage().play('conflicts');
  await withStable('conflicts');
  const { installation, api } = stage();
  const answers = overtaken.map(async (pattern, round) => {
    const write = await installation
      .api('executor')
      .hold((method, path) => path.includes(`/namespaces/${shop.project}/`) && pattern.test(`${method} ${path}`));
    const [, name] = pattern.exec(`${write.method} ${write.path}`)!;
    const path = `/apis/apps/v1/namespaces/${shop.project}/deployments/${name}?fieldManager=other`;
    await api.json({
      method: 'PATCH',
      path,
      contentType: 'application/merge-patch+json',
      body: { metadata: { annotations: { 'example.com/round': String(round) } } },
    });
    return (await write.release()).status;
  });
  expect(await shop.release('v2')).toMatchObject(promoted);
  expect(await Promise.all(answers)).toEqual(overtaken.map(() => 409));
  await shop.onlyRuns('v2');
  await stage().prove('conflicts');
}

const RETRY_AFTER_MS = 8_000;
/** Within this time after the first 429 of a round, requests that were already sent arrive, also on a busy machine. */
const AT_ONCE_MS = 4_000;
/** Tolerance, because timers may fire early. */
const EARLY_MS = 50;

interface SeenTime {
  readonly at: number;
  readonly isRefused: boolean;
}

/**
 * For some time the API server refuses all requests with Retry-After of eight seconds. Requests to pods through it must
 * wait, too.
 */
async function throttled(): Promise<void> {
  const { shop } = stage().play('throttled');
  const asked = { executor: [] as SeenTime[], watcher: [] as SeenTime[] };
  const replicas = ['executor', 'watcher'] as const;
  await disturbed('throttled', 'v2', async () => {
    const until = performance.now() + 3 * RETRY_AFTER_MS;
    for (const replica of replicas) {
      stage().installation.api(replica).instead = (method, path) => {
        if (performance.now() > until || !path.includes(`/namespaces/${shop.project}/`)) return undefined;
        const isRefused = !path.includes('/proxy/');
        asked[replica].push({ at: performance.now(), isRefused });
        if (!isRefused) return undefined;
        return {
          status: 429,
          headers: { 'retry-after': String(RETRY_AFTER_MS / 1_000) },
          body: JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'TooManyRequests', code: 429 }),
        };
      };
    }
  });
  expect(asked.watcher.filter(({ isRefused }) => isRefused).length).toBeGreaterThan(0);
  expect(replicas.map((replica) => [replica, tooEarly(asked[replica])])).toEqual(replicas.map((replica) => [replica, []]));
}

/**
 * The requests that did not wait for Retry-After: their times in ms after the first 429 of their round, without those
 * already sent at that time.
 */
function tooEarly(times: readonly SeenTime[]): readonly number[] {
  let round = -Infinity;
  return times.flatMap(({ at, isRefused }) => {
    const since = at - round;
    if (since >= RETRY_AFTER_MS - EARLY_MS) {
      if (isRefused) round = at;
      return [];
    }
    return since < AT_ONCE_MS ? [] : [since];
  });
}

/** Ends all watches, and makes it impossible to resume them from their last version. */
async function forgotten(): Promise<void> {
  await controlPlane().compact();
  silence();
}

needsPods('the outcome of a release stays the same', () => {
  sideBySide({
    'when all watches become silent while a good canary is observed': () => disturbed('silent', 'v2', silence),
    'when all watches become silent while a bad canary is observed': () => disturbed('silentbad', 'v2-errors', silence),
    'when the history is compacted and all watches become silent': () => disturbed('forgotten', 'v2', forgotten),
    'and at least one watch became silent': async () => eventually(() => expect(silenced).toBeGreaterThan(0), { timeoutMs: 200_000 }),
    'when another client writes to its objects between each read and the following write': conflicts,
    'when the API server responds with 429 and Retry-After': throttled,
  });
});

needsPods('an API server that is down for half a minute', () => {
  it('and has lost its history (410 Gone) delays releases and does not change their outcome', async () => {
    const plane = controlPlane();
    const lanes = { down: 'v2', downbad: 'v2-errors', downscaling: 'v2' } as const;
    const names = Object.keys(lanes) as (keyof typeof lanes)[];
    await Promise.all(names.map(withStable));
    const pods = `/api/v1/namespaces/${stage().play('down').shop.project}/pods`;
    // A version from before the releases write: a watch from the latest version at the kill would still be possible.
    const { metadata } = await stage().api.json<{ readonly metadata: { readonly resourceVersion: string } }>({ path: pods });
    const ids = await Promise.all(names.map((lane) => stage().play(lane).shop.deploy(lanes[lane])));
    await Promise.all(
      [
        ['down', 'analyse'],
        ['downbad', 'analyse'],
        ['downscaling', 'scaleCanary'],
      ].map(([lane, step]) =>
        stage()
          .play(lane as Lane)
          .shop.hasReached(ids[names.indexOf(lane as 'down')]!, step!),
      ),
    );
    await plane.killApiServer();
    try {
      await plane.compact();
      await expect(stage().api.send({ path: pods })).rejects.toThrow('ECONNREFUSED');
      await delay(OUTAGE_MS);
    } finally {
      await plane.startApiServer();
    }
    const startedAgain = Date.now();
    // A server that has just started may end a watch without an event.
    await eventually(async () => {
      const { body } = await stage().api.send({ path: `${pods}?watch=true&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}` });
      expect(body).toContain('"code":410');
    });
    const ends = await Promise.all(names.map((lane, index) => stage().play(lane).shop.ended(ids[index]!)));
    expect(ends).toMatchObject([promoted, errors, promoted]);
    // The outage was during each release.
    const last = await Promise.all(
      names.map(async (lane, index) => Date.parse((await stage().play(lane).shop.events(ids[index]!)).at(-1)!.occurredAt)),
    );
    expect(Math.min(...last)).toBeGreaterThan(startedAgain);
    await Promise.all(
      names.map(async (lane) => {
        await stage()
          .play(lane)
          .shop.onlyRuns(lanes[lane] === 'v2' ? 'v2' : 'v1');
        await stage().prove(lane, { gapPerKind: true });
      }),
    );
  }, 480_000);
});
