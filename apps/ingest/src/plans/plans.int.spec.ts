import type { PreviewAnswer as Answered, PlanQuestion } from '@alloy/ledger';
import { manifest } from '../testing/deploy-body';
import { startTestIngest, type TestIngest } from '../testing/test-ingest';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

const manifests = Object.values(manifest);
const ask = (over: Readonly<Record<string, unknown>> = {}) =>
  ingest.post('/api/v1/plans', { project: 'shop', imageTag: 'v1', manifests, ...over });

/** Plays the executor for the next question; returns what it was asked. */
async function answerWith(answer: Answered): Promise<PlanQuestion> {
  for (;;) {
    const question = await ingest.ledger.planRequests.claim();
    if (question) {
      await ingest.ledger.planRequests.answer(question.releaseId, answer);
      return question;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
const refused: Answered = {
  cluster: 'default', namespace: 'shop', inspected: null, plan: null,
  refusals: [{ code: 'unreachable', text: 'the cluster is away' }],
};

it('answers what the executor has found, with what to do, and keeps nothing', async () => {
  const [question, { status, json }] = await Promise.all([answerWith(refused), ask()]);
  const request = { imageTag: 'v1', workload: 'web' };
  expect(question).toMatchObject({ project: 'shop', environment: 'production', policy: null, request });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    project: 'shop', goes: false, policy: 'stored', window: { prospect: 'starts' }, pruned: [],
    refusals: [{ code: 'unreachable', text: 'the cluster is away', whatToDo: expect.stringMatching(/^See that the API server/) }],
  });
  expect(await ingest.asOwner('SELECT * FROM plan_request')).toEqual([]);
  expect(await ingest.asOwner("SELECT * FROM event WHERE stream LIKE 'release-%'")).toEqual([]);
});

it('stores the question sealed: no manifest is readable in the database', async () => {
  const asked = ask({ imageTag: 'v-in-plain-text' });
  let rows: readonly Record<string, unknown>[] = [];
  while (rows.length === 0) rows = await ingest.asOwner('SELECT question FROM plan_request');
  expect((rows[0]!['question'] as Buffer).includes('v-in-plain-text')).toBe(false);
  await answerWith(refused);
  await asked;
});

it('reports that the executor failed as 503, since the same request may succeed later', async () => {
  const [, { status, json }] = await Promise.all([answerWith({ failure: 'no memory' }), ask()]);
  expect([status, json.code]).toEqual([503, 'plan_failed']);
});

it('refuses bad manifests as a release does, without asking an executor', async () => {
  const { status, json } = await ask({ manifests: ['kind: Deployment'] });
  expect([status, json.code, json.pointer.startsWith('/manifests/0')]).toEqual([422, 'missing_field', true]);
});

it('refuses a document from a caller that could not apply it', async () => {
  const spec = (namespace: string) => ({ environments: { production: { namespace } } });
  const document = { apiVersion: 'alloy.dev/v1', kind: 'Project', metadata: { name: 'shop' }, spec: spec('shop') };
  await ingest.asOwner("UPDATE token SET scope = 'deploy'");
  expect((await ask({ document })).json).toMatchObject({ code: 'forbidden_scope', pointer: '/document' });
  await ingest.asOwner("UPDATE token SET scope = 'admin'");
  const { json } = await ask({ document: { ...document, spec: spec('theirs') } });
  expect(json).toMatchObject({ code: 'forbidden_project', pointer: '/document/spec/environments/production/namespace' });
  const [question, { status }] = await Promise.all([answerWith(refused), ask({ document })]);
  expect([status, question.policy?.namespace]).toEqual([200, 'shop']);
});
