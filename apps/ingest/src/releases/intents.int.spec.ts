import { bootstrap } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { startTestIngest, type TestIngest } from '../testing/test-ingest';
import { playRelease } from '../testing/play-release';

let ingest: TestIngest;
beforeEach(async () => {
  ingest = await startTestIngest();
});
afterEach(() => ingest?.close());

const deploy = async (strategy: string): Promise<string> => (await ingest.deploy(body({ strategy }))).json.release_id;
const ask = (id: string, what: string, content: unknown = {}): Promise<Answer> => ingest.post(`/api/v1/releases/${id}/${what}`, content);
const intents = async (id: string): Promise<unknown[]> =>
  (await ingest.ledger.log.load(id)).events
    .filter(({ family }) => family === 'intent')
    .slice(1)
    .map(({ type, data, actor }) => ({ type, data, by: actor.id }));
/** A canary with an analysis in progress. */
const observed = async (steps: object = { stages: [{ weight: 50, duration: 3600 }] }): Promise<string> => {
  const policy = { namespace: 'shop', ...steps };
  await bootstrap({ databaseUrl: ingest.database.url, user: 'demo', project: 'shop', policy });
  await playRelease(ingest, await deploy('rollout'));
  const id = await deploy('canary');
  await playRelease(ingest, id, 'releasing');
  return id;
};

describe('an intent for a release', () => {
  it('is recorded with its actor, its content and its reason', async () => {
    const id = await observed();
    expect(await ask(id, 'pause', { reason: 'lunch' })).toMatchObject({ status: 202, json: { id, status: 'releasing' } });
    await playRelease(ingest, id, 'paused');
    expect(await ask(id, 'resume', { reason: 'coffee' })).toMatchObject({ status: 202, json: { status: 'paused' } });
    expect(await ask(id, 'promote', { reason: 'looks good' })).toMatchObject({ status: 202 });
    expect(await ask(id, 'promote', { full: true })).toMatchObject({ status: 202 });
    expect(await ask(id, 'abort', { reason: 'after all not' })).toMatchObject({ status: 202 });
    expect((await ingest.call(`/api/v1/releases/${id}`)).json).toMatchObject({
      status: 'paused',
      unanswered: ['resume', 'promote', 'promote', 'abort'],
    });
    expect(await intents(id)).toEqual([
      { type: 'PauseRequested', data: { reason: 'lunch' }, by: 'demo' },
      { type: 'ResumeRequested', data: { reason: 'coffee' }, by: 'demo' },
      { type: 'PromotionRequested', data: { full: false, reason: 'looks good' }, by: 'demo' },
      { type: 'PromotionRequested', data: { full: true, reason: null }, by: 'demo' },
      { type: 'AbortRequested', data: { reason: 'after all not' }, by: 'demo' },
    ]);
  });

  it('is refused immediately, and not recorded, if it cannot have an effect', async () => {
    const waiting = await deploy('rollout');
    for (const what of ['promote', 'pause', 'resume'])
      expect(await ask(waiting, what)).toMatchObject({ status: 409, json: { code: 'not_running' } });
    expect((await playRelease(ingest, waiting, 'releasing')).status).toBe('releasing');
    expect(await ask(waiting, 'resume')).toMatchObject({ status: 409, json: { code: 'not_paused' } });
    expect(await ask(waiting, 'promote')).toMatchObject({ status: 409, json: { code: 'nothing_to_promote' } });
    await playRelease(ingest, waiting, 'promoting');
    for (const what of ['promote', 'pause', 'resume'])
      expect(await ask(waiting, what)).toMatchObject({ status: 409, json: { code: 'too_late' } });
    await playRelease(ingest, waiting);
    for (const what of ['promote', 'pause', 'resume', 'abort'])
      expect(await ask(waiting, what)).toMatchObject({ status: 409, json: { code: 'too_late' } });
    expect(await intents(waiting)).toEqual([]);
  });

  it.each([
    ['promote', 'PromotionRequested', { full: false }],
    ['resume', 'ResumeRequested', {}],
  ])('of a %s names the pause that it ends, and is refused for another step', async (what, type, data) => {
    const id = await observed({ steps: [{ setWeight: 50 }, { pause: {} }, { setWeight: 80 }, { pause: {} }] });
    expect((await playRelease(ingest, id)).status).toBe('releasing');
    expect(await ask(id, what, { step: 2 })).toMatchObject({ status: 409, json: { code: 'too_late' } });
    const detail = expect.stringMatching(/Step 7 is no .* Step 4 is the one/) as string;
    expect(await ask(id, what, { step: 6 })).toMatchObject({ status: 409, json: { code: 'nothing_to_promote', detail } });
    expect(await ask(id, what)).toMatchObject({ status: 202 });
    expect(await ask(id, what, { step: 3 })).toMatchObject({ status: 202 });
    const recorded = { type, data: { ...data, reason: null, step: 3 }, by: 'demo' };
    expect(await intents(id)).toEqual([recorded, recorded]);
  });

  it.each<[string, string, unknown, number, string, string]>([
    ['promote', 'a word for full', { full: 'yes' }, 422, 'wrong_type', '/full'],
    ['promote', 'an unknown key', { ful: true }, 422, 'unknown_key', '/ful'],
    ['pause', 'a long reason', { reason: 'x'.repeat(1_001) }, 422, 'invalid_value', '/reason'],
    ['pause', 'NUL in a reason', '{"reason": "\\u0000"}', 400, 'bad_text', '/reason'],
    ['pause', 'an escape sequence for terminals', '{"reason": "\\u001b[2J"}', 422, 'invalid_value', '/reason'],
    ['pause', 'half a character', '{"reason": "\\ud800"}', 400, 'bad_text', '/reason'],
    ['resume', 'a number for the reason', { reason: 1 }, 422, 'wrong_type', '/reason'],
    ['abort', 'what is no JSON', '{', 400, 'malformed_json', ''],
  ])('%s refuses %s', async (what, _name, content, status, code, pointer) => {
    const id = await deploy('rollout');
    expect(await ask(id, what, content)).toMatchObject({ status, json: { code, pointer } });
    expect(await intents(id)).toEqual([]);
  });

  it.each(['promote', 'pause', 'resume', 'abort', 'retry'])('%s answers 404 for an unknown release', async (what) => {
    expect(await ask('01NOTHING', what)).toMatchObject({ status: 404, json: { code: 'unknown_release' } });
  });
});
