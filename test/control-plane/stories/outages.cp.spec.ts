import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../support/eventually';
import { shortPolicy } from '../../support/stories';
import { controlPlane, needsPods } from '../support/control-plane';
import { withStage } from './support/stage';
import { sideBySide } from './support/side-by-side';

const OUTAGE_MS = 30_000;
// Observed for long enough to be met in it; and deadlines longer than any outage: what is told here is that it changes nothing.
const patient = {
  ...shortPolicy,
  stages: [{ weight: 50, duration: 10, deadline: 300 }],
  progressDeadline: 90,
  analysis: { minRequests: 150 },
};
// Twenty seconds of requests at least, before anything is concluded; they go on in the outage.
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

/** A canary among which `disturb` comes while it is observed ends as any other of its tag. */
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

/** Writes that are held on their way until somebody else has changed what they are about. */
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
  const answers = overtaken.map(async (pattern, turn) => {
    const write = await installation
      .api('executor')
      .hold((method, path) => path.includes(`/namespaces/${shop.project}/`) && pattern.test(`${method} ${path}`));
    const [, name] = pattern.exec(`${write.method} ${write.path}`)!;
    const path = `/apis/apps/v1/namespaces/${shop.project}/deployments/${name}?fieldManager=meddler`;
    await api.json({
      method: 'PATCH',
      path,
      contentType: 'application/merge-patch+json',
      body: { metadata: { annotations: { 'example.com/turn': String(turn) } } },
    });
    return (await write.release()).status;
  });
  expect(await shop.release('v2')).toMatchObject(promoted);
  expect(await Promise.all(answers)).toEqual(overtaken.map(() => 409));
  await shop.onlyRuns('v2');
  await stage().prove('conflicts');
}

const RETRY_AFTER_MS = 8_000;
/** In which what was on its way when the first answer of a round came has arrived, on a busy machine, too. */
const AT_ONCE_MS = 4_000;
/** By which timers are early. */
const EARLY_MS = 50;

interface Asked {
  readonly at: number;
  readonly isRefused: boolean;
}

/** For some time the API server wants nobody to ask again for eight seconds; what the pods themselves are asked through it has to wait, too. */
async function throttled(): Promise<void> {
  const { shop } = stage().play('throttled');
  const asked = { executor: [] as Asked[], watcher: [] as Asked[] };
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
  expect(replicas.map((replica) => [replica, impatient(asked[replica])])).toEqual(replicas.map((replica) => [replica, []]));
}

/** Milliseconds since the first answer of a round, of requests that belong to no round and did not wait either. */
function impatient(times: readonly Asked[]): readonly number[] {
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

/** All watches end, and none can go on from where it was. */
async function forgotten(): Promise<void> {
  await controlPlane().compact();
  silence();
}

needsPods('the same comes of a release', () => {
  sideBySide({
    'when all watches fall silent while a good canary is observed': () => disturbed('silent', 'v2', silence),
    'when all watches fall silent while a bad canary is observed': () => disturbed('silentbad', 'v2-errors', silence),
    'when history is compacted and all watches fall silent': () => disturbed('forgotten', 'v2', forgotten),
    'and there were watches that fell silent': async () => eventually(() => expect(silenced).toBeGreaterThan(0), { timeoutMs: 200_000 }),
    'when somebody else writes to its objects between each read and its write': conflicts,
    'when the API server asks for patience': throttled,
  });
});

needsPods('an API server that is down for half a minute', () => {
  it('and has forgotten its history then, 410 Gone, changes nothing but when things happen', async () => {
    const plane = controlPlane();
    const lanes = { down: 'v2', downbad: 'v2-errors', downscaling: 'v2' } as const;
    const names = Object.keys(lanes) as (keyof typeof lanes)[];
    await Promise.all(names.map(withStable));
    const pods = `/api/v1/namespaces/${stage().play('down').shop.project}/pods`;
    // Before the releases write: the version that was the latest when the server was killed can be watched from.
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
    const back = Date.now();
    // A server that has just started may end a watch with nothing.
    await eventually(async () => {
      const { body } = await stage().api.send({ path: `${pods}?watch=true&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}` });
      expect(body).toContain('"code":410');
    });
    const ends = await Promise.all(names.map((lane, index) => stage().play(lane).shop.ended(ids[index]!)));
    expect(ends).toMatchObject([promoted, errors, promoted]);
    // It fell into each of them.
    const last = await Promise.all(
      names.map(async (lane, index) => Date.parse((await stage().play(lane).shop.events(ids[index]!)).at(-1)!.occurredAt)),
    );
    expect(Math.min(...last)).toBeGreaterThan(back);
    await Promise.all(
      names.map(async (lane) => {
        await stage()
          .play(lane)
          .shop.onlyRuns(lanes[lane] === 'v2' ? 'v2' : 'v1');
        await stage().prove(lane, { holes: true });
      }),
    );
  }, 480_000);
});
