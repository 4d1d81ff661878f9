import { alloy } from '../testing/alloy';
import { problem } from '../testing/fake-api';
import { accepted, ID, release } from '../testing/releases';

describe('intents', () => {
  const asked = () => ({ id: ID, status: 'releasing' });

  const target = { cluster: 'default', namespace: 'shop', workload: 'web' };
  const pause = { kind: 'pause', target, deadline: 8, weight: 20, duration: null } as const;
  const step = { index: 1, of: 3, kind: 'pause', attempt: 1, startedAt: '2026-01-01T00:00:00.000Z' };
  const steps = [{ kind: 'apply', target, deadline: 8 }, pause, { kind: 'retire', target, deadline: 8 }] as const;
  const inPause = release({ status: 'releasing', step, plan: { strategy: 'canary', router: 'podRatio', replicas: 1, steps } });

  it.each<[string, string[], object]>([
    ['promote', [], { full: false, step: 1, reason: null }],
    ['promote', ['--step', '7'], { full: false, step: 6, reason: null }],
    ['resume', [], { step: 1, reason: null }],
    ['promote', ['--full', '--reason', 'it is fine'], { full: true, reason: 'it is fine' }],
    ['abort', ['--reason', 'errors'], { reason: 'errors' }],
    ['pause', [], { reason: null }],
  ])('%s %j', async (verb, argv, body) => {
    const ran = await alloy([verb, ID, ...argv], {
      [`GET /api/v1/releases/${ID}`]: () => inPause, [`POST /api/v1/releases/${ID}/${verb}`]: asked,
    });
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining(`release ${ID}, which was releasing`) });
    expect(ran.asked.at(-1)!.body).toEqual(body);
  });

  it('name the step that they end', async () => {
    const routes = { [`GET /api/v1/releases/${ID}`]: () => inPause, [`POST /api/v1/releases/${ID}/promote`]: asked };
    expect((await alloy(['promote', ID], routes)).out).toContain('requested to end step 2 (pause at 20 %) of release');
  });

  const list =
    (...ids: string[]) =>
    ({ query }: { query: Readonly<Record<string, string>> }) => ({
      items:
        query['status']?.startsWith('releasing') || query['status']?.startsWith('paused')
          ? ids.map((id) => release({ id, status: 'releasing' }))
          : [],
      nextCursor: null,
    });

  it('apply to the only running release by default', async () => {
    const abort = { [`POST /api/v1/releases/${ID}/abort`]: asked };
    const one = await alloy(['abort', '--environment', 'staging'], { ...abort, 'GET /api/v1/releases': list(ID) });
    expect(one).toMatchObject({ code: 0 });
    expect(one.asked[0]!.query).toMatchObject({ project: 'shop', environment: 'staging' });
    expect(await alloy(['abort'], { ...abort, 'GET /api/v1/releases': list() })).toMatchObject({
      code: 1,
      err: 'alloy: no release is running\n',
    });
    const two = await alloy(['abort'], { ...abort, 'GET /api/v1/releases': list(ID, '01OTHER') });
    expect(two).toMatchObject({
      code: 2,
      err: `alloy: which release? ${ID} (shop production), 01OTHER (shop production) are unfinished\n`,
    });
    expect(two.asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it('end with 6 if refused', async () => {
    const ran = await alloy(['promote', ID], {
      [`GET /api/v1/releases/${ID}`]: () => inPause,
      [`POST /api/v1/releases/${ID}/promote`]: () => problem(409, 'too_late', 'The release has ended.'),
    });
    expect(ran).toMatchObject({ code: 6, err: 'alloy: The release has ended. [too_late]\n' });
  });
});

describe('project release', () => {
  const routes = { 'POST /api/v1/projects/shop/hand-back': () => ({ ...accepted, strategy: 'handBack' }) };

  it('requests that the workload of an environment is handed back', async () => {
    const { asked, out, code } = await alloy(['project', 'release', 'shop', '--environment', 'staging', '--reason', 'moves on'], routes);
    expect(asked[0]!.body).toEqual({ environment: 'staging', reason: 'moves on' });
    expect([code, out]).toEqual([0, expect.stringContaining(`shop (production) is being handed back as release ${ID}`)]);
    expect((await alloy(['project', 'release', 'shop'], routes)).asked[0]!.body).toEqual({ environment: 'production', reason: null });
  });

  it('waits until it has been handed back', async () => {
    const ended = release({ status: 'handedBack', strategy: 'handBack', requestedStrategy: 'handBack' });
    const waited = await alloy(['project', 'release', 'shop', '--wait'], {
      ...routes,
      [`GET /api/v1/releases/${ID}`]: () => ended,
      [`GET /api/v1/releases/${ID}/events`]: () => ({ items: [], nextCursor: null }),
    });
    expect(waited.code).toBe(0);
  });

  it('ends with 6 while a release runs', async () => {
    const ran = await alloy(['project', 'release', 'shop'], {
      'POST /api/v1/projects/shop/hand-back': () => problem(409, 'release_running', 'Release R1 of production has not ended.'),
    });
    expect(ran).toMatchObject({ code: 6, err: expect.stringContaining('[release_running]') });
  });
});

describe('rollback and retry', () => {
  it('restore the previous version, or that of a release', async () => {
    const { asked, out } = await alloy(['rollback', '--to', ID, '--reason', 'broken'], {
      'POST /api/v1/projects/shop/rollback': () => ({ ...accepted, id: '01NEW', rollbackOf: ID }),
    });
    expect(asked[0]!.body).toEqual({ to: ID, environment: 'production', reason: 'broken' });
    expect(out).toContain('release 01NEW of shop v2');
    expect((await alloy(['retry', ID], { [`POST /api/v1/releases/${ID}/retry`]: () => accepted })).asked[0]!.body).toEqual({
      reason: null,
    });
  });
});

describe('hold', () => {
  const hold = { by: 'anna', since: '2026-01-01T00:00:00.000Z', reason: 'the sale begins', release: null };
  const answer = (placed: typeof hold | null) => () => ({ project: 'shop', environment: 'production', hold: placed });

  it('set places one, with a reason that other users read', async () => {
    const routes = { 'POST /api/v1/projects/shop/hold': answer(hold) };
    const ran = await alloy(['hold', 'set', '--reason', 'the sale begins'], routes);
    expect(ran).toMatchObject({ code: 0, out: 'shop (production) is on hold: new versions wait until a user lifts it\n' });
    expect(ran.asked[0]!.body).toEqual({ environment: 'production', reason: 'the sale begins' });
    expect((await alloy(['hold', 'set', '--reason', 'the sale begins', '-o', 'wide'], routes)).out).toMatch(/anna .* the sale begins/);
    expect(await alloy(['hold', 'set'], routes)).toMatchObject({ code: 2, asked: [], err: expect.stringContaining('--reason') });
  });

  it('lift ends it', async () => {
    const ran = await alloy(['hold', 'lift', '--environment', 'staging', '--reason', 'it is fixed'], {
      'POST /api/v1/projects/shop/hold/lift': () => ({ project: 'shop', environment: 'staging', hold: null }),
    });
    expect(ran).toMatchObject({ code: 0, out: 'lifted the hold of shop (staging)\n' });
    expect(ran.asked[0]!.body).toEqual({ environment: 'staging', reason: 'it is fixed' });
  });

  it('is shown in the list of projects, with its user and reason', async () => {
    const project = { id: 'shop', createdAt: '2025-12-31T22:00:00.000Z', policies: {}, holds: { production: hold } };
    const { out } = await alloy(['get', 'projects'], { 'GET /api/v1/projects': () => ({ items: [project], nextCursor: null }) });
    expect(out).toMatch(/ON HOLD\n.*production by anna \d+\w+: the sale begins/);
  });
});

describe('window', () => {
  const look = (open: boolean) => ({
    project: 'shop', environment: 'production', open,
    prospect: open ? 'starts' : 'waits',
    whenBusy: 'queue',
    reasons: open ? [] : [{ code: 'slot_taken', text: 'release 01A of v1 is releasing' }],
    running: null,
    waiting: 0,
    opensAt: null,
  });
  it.each([
    [true, 0, 'open: a release would start immediately (shop production)\n'],
    [false, 6, 'closed: a release would wait (shop production)\n  release 01A of v1 is releasing [slot_taken]\n'],
  ] as const)('open %s ends with %i', async (open, code, out) => {
    expect(await alloy(['window'], { 'GET /api/v1/projects/shop/window': () => look(open) })).toMatchObject({ code, out });
  });
});
