import { verifyChain } from '@alloy/audit';
import { projectStream } from '@alloy/contracts';
import { bootstrap } from '@alloy/ledger';
import type { ProjectDocument } from '@alloy/policy';
import type { Answer } from '../testing/answer';
import { OTHER_TOKEN, sha256, startTestIngest, type TestIngest } from '../testing/test-ingest';

const ROOT = 'the-token-of-the-first-admin';
const KEEPER = 'the-token-of-the-shopkeeper';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
  const registered = { databaseUrl: ingest.database.url, tokenScope: 'admin' as const };
  await bootstrap({ ...registered, user: 'root', project: 'shop', tokenProjects: ['*'], tokenSha256: sha256(ROOT) });
  const tokenProjects = ['shop', 'my.books', 'old'];
  await bootstrap({ ...registered, user: 'keeper', project: 'shop', tokenSha256: sha256(KEEPER), tokenProjects });
});
afterAll(() => ingest?.close());

const read = async (id: string, token = ROOT): Promise<Answer> => ingest.call(`/api/v1/projects/${id}/document`, { token });
const put = (document: unknown, { token = ROOT, id = (document as ProjectDocument).metadata.name, ...more } = {}): Promise<Answer> =>
  ingest.call(`/api/v1/projects/${id}/document`, {
    method: 'PUT', token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ document, ...more }),
  });
const documentOf = (name: string, environments: Readonly<Record<string, object>>, version?: number) => ({
  apiVersion: 'alloy.dev/v1', kind: 'Project', metadata: { name, ...(version !== undefined && { version }) }, spec: { environments },
});
const events = (id: string) => ingest.ledger.store.read(projectStream(id), { raw: true });

describe('a project as a document', () => {
  it('creates the project, and each later version is an event with its author and its reason', async () => {
    const first = await put(documentOf('my.books', { production: { namespace: 'books' } }), { reason: 'the books move' } as object);
    expect(first).toMatchObject({ status: 200, json: { created: true, dryRun: false, document: { metadata: { version: 2 } } } });
    const policy = { namespace: 'books', whenBusy: 'queue', analysis: { maxErrorRate: 0.02 } };
    const changed = await put(documentOf('my.books', { production: policy }), { token: KEEPER });
    expect(changed.json.differences).toEqual([
      { environment: 'production', path: 'whenBusy', before: 'latestOnly', after: 'queue' },
      { environment: 'production', path: 'analysis.maxErrorRate', before: 0.01, after: 0.02 },
    ]);
    expect(changed.json.document.metadata).toEqual({ name: 'my.books', version: 3 });
    expect(await events('my.books')).toMatchObject([
      { version: 1, type: 'ProjectCreated', actor: { kind: 'user', id: 'root' }, data: { reason: 'the books move' } },
      { version: 2, type: 'PolicyChanged', environment: 'production', data: { reason: 'the books move', policy: { namespace: 'books' } } },
      { version: 3, actor: { kind: 'user', id: 'keeper' }, data: { keys: ['whenBusy', 'analysis'], policy: { whenBusy: 'queue' } } },
    ]);
    expect(verifyChain(await events('my.books'))).toEqual([]);
  });

  it('is what GET returns: applied again it changes nothing and writes no event', async () => {
    const { json: document } = await read('my.books');
    const before = (await events('my.books')).length;
    expect(await put(document)).toMatchObject({ status: 200, json: { created: false, differences: [], document } });
    expect(await events('my.books')).toHaveLength(before);
  });

  it('is the policy, with its version, by which the next release is planned', async () => {
    const context = (environment: string) => ingest.ledger.log.context({ releaseId: '', project: 'my.books', environment });
    expect(await context('production')).toMatchObject({ policyVersion: 3, policy: { namespace: 'books', whenBusy: 'queue' } });
    expect(await context('staging')).not.toHaveProperty('policyVersion');
  });

  it('is compared and not written with dryRun, with the refusals of a real change', async () => {
    const document = documentOf('my.books', { production: { namespace: 'books', whenBusy: 'reject' } });
    const before = (await read('my.books')).json;
    const answer = await put(document, { dryRun: true } as object);
    expect(answer.json).toMatchObject({ dryRun: true, document: { spec: { environments: { production: { whenBusy: 'reject' } } } } });
    expect((await read('my.books')).json).toEqual(before);
    const taken = documentOf('my.books', { production: { namespace: 'kube-system' } });
    expect(await put(taken, { dryRun: true, token: KEEPER } as object)).toMatchObject({ status: 403 });
    const fresh = documentOf('new', { production: { namespace: 'new' } });
    expect((await put(fresh, { dryRun: true } as object)).json).toMatchObject({ created: true });
    expect((await read('new')).status).toBe(404);
  });

  it('does not overwrite a change that was made since its version', async () => {
    const { json: mine } = await read('my.books');
    const { json: theirs } = await read('my.books');
    theirs.spec.environments.production.progressDeadline = 300;
    mine.spec.environments.production.onFirstFailure = 'scaleToZero';
    expect((await put(theirs)).status).toBe(200);
    expect(await put(mine)).toMatchObject({ status: 409, json: { code: 'version_conflict', pointer: '/document/metadata/version' } });
    expect((await read('my.books')).json.spec.environments.production).toMatchObject({ progressDeadline: 300, onFirstFailure: 'keep' });
    expect((await put(theirs)).json.differences).toEqual([]);
  });

  it('writes every change of concurrent clients without a version, one after another', async () => {
    const change = (n: number) =>
      ingest.call('/api/v1/projects/my.books', {
        method: 'PATCH', token: ROOT,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ policy: { progressDeadline: 100 + n } }),
      });
    const before = (await events('my.books')).length;
    const answers = await Promise.all([1, 2, 3, 4].map(change));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await events('my.books')).length - before).toBe(4);
    const last = (await events('my.books')).at(-1)!;
    expect((await read('my.books')).json.spec.environments.production).toEqual((last.data as { policy: unknown }).policy);
  });
});

describe('the restarts that are no failure', () => {
  const restarts = async (): Promise<unknown> => (await read('my.books')).json.spec.environments.production.maxRestarts;
  const patch = (maxRestarts: unknown) =>
    ingest.call('/api/v1/projects/my.books', {
      method: 'PATCH', token: KEEPER,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ policy: { maxRestarts } }),
    });

  it('are the default for a document that omits them, and none only if the policy says so', async () => {
    const usual = { starting: 3, underTraffic: 0 };
    expect(await restarts()).toEqual(usual);
    expect((await patch('none')).status).toBe(200);
    expect(await restarts()).toBe('none');
    const { json: document } = await read('my.books');
    expect((await put(document)).json.differences).toEqual([]);
    expect((await patch({ starting: 5 })).status).toBe(200);
    expect(await restarts()).toEqual({ starting: 5, underTraffic: 0 });
    expect((await patch(null)).status).toBe(200);
    expect(await restarts()).toEqual(usual);
    expect((await put({ ...document, metadata: { name: 'my.books' } }, { dryRun: true } as object)).json.differences).toEqual([
      { environment: 'production', path: 'maxRestarts', before: usual, after: 'none' },
    ]);
  });
});

describe('the levels of keys', () => {
  it('refuse a project administrator who changes a key of the platform, naming it, and accept it unchanged', async () => {
    const { json: document } = await read('my.books');
    const environments = { ...document.spec.environments };
    const changed = (key: string, value: unknown) =>
      documentOf('my.books', { production: { ...environments.production, [key]: value } });
    expect(await put(changed('allow', ['hostPath']), { token: KEEPER })).toMatchObject({
      status: 403,
      json: { pointer: '/document/spec/environments/production/allow', detail: 'Only an administrator of all projects may change allow.' },
    });
    expect(await put(changed('resolveDigest', true), { token: KEEPER })).toMatchObject({ status: 200 });
    expect(await put(changed('allow', ['hostPath']))).toMatchObject({ status: 200 });
  });

  it('let only an administrator of all projects create a project or an environment', async () => {
    const staging = documentOf('my.books', { staging: { namespace: 'books-staging' } });
    expect(await put(staging, { token: KEEPER })).toMatchObject({
      status: 403, json: { pointer: '/document/spec/environments/staging/namespace' },
    });
    expect(await put(documentOf('old', {}), { token: KEEPER })).toMatchObject({ status: 403 });
    expect((await put(staging)).status).toBe(200);
    expect(Object.keys((await read('my.books')).json.spec.environments)).toEqual(['production', 'staging']);
    expect(await put(staging, { token: OTHER_TOKEN })).toMatchObject({ status: 403 });
  });
});

describe('a document with faults', () => {
  it.each([
    ['an unknown key', { production: { namspace: 'books' } }, 'namspace', 'This key is unknown; did you mean namespace?'],
    ['an unknown key inside', { production: { analysis: { maxErorRate: 1 } } }, 'analysis/maxErorRate', 'did you mean maxErrorRate?'],
    ['an unknown key of one alternative', { production: { maxRestarts: { startin: 1 } } }, 'maxRestarts/startin', 'did you mean starting?'],
    ['a key of another place', { production: { stages: [{ mode: 1, weight: 1, duration: 1 }] } }, 'stages/0/mode', 'This key is unknown.'],
    ['a rule', { production: { stages: [{ weight: 50, duration: 9 }, { weight: 5, duration: 9 }] } }, 'stages', 'weights must not'],
  ])('is refused with the position: %s', async (_, environments, at, detail) => {
    expect(await put(documentOf('my.books', environments))).toMatchObject({
      status: 422, json: { pointer: `/document/spec/environments/production/${at}`, detail: expect.stringContaining(detail) },
    });
  });

  it('is refused with another name than that of the path, another kind, or a bad environment', async () => {
    const pointer = '/document/metadata/name';
    expect(await put(documentOf('books', {}), { id: 'my.books' })).toMatchObject({ status: 422, json: { pointer } });
    const project = { ...documentOf('my.books', {}), kind: 'Projekt' };
    expect(await put(project)).toMatchObject({ status: 422, json: { pointer: '/document/kind' } });
    expect(await put(documentOf('my.books', { Prod: {} }))).toMatchObject({
      status: 422, json: { pointer: '/document/spec/environments/Prod', detail: 'This is not a valid name of an environment.' },
    });
  });
});

it('reads a policy that was stored before versions existed as it is, and records it before its first change', async () => {
  await ingest.asOwner(`INSERT INTO project (id) VALUES ('old')`);
  await ingest.asOwner(`INSERT INTO project_policy (project, environment, policy) VALUES ('old', 'production', '{"namespace": "old"}')`);
  const { json: stored } = await read('old');
  expect(stored).toMatchObject({
    metadata: { version: 0 },
    spec: { environments: { production: { namespace: 'old', analysis: { mode: 'metrics' }, prune: 'none', maxRestarts: 'none' } } },
  });
  expect(await put(stored)).toMatchObject({ status: 200, json: { differences: [] } });
  expect(await events('old')).toEqual([]);
  stored.spec.environments.production.whenBusy = 'reject';
  expect((await put(stored, { token: KEEPER })).json.document.metadata.version).toBe(2);
  expect(await events('old')).toMatchObject([
    { type: 'PolicyChanged', actor: { kind: 'system' }, data: { adopted: true, policy: { namespace: 'old', whenBusy: 'latestOnly' } } },
    { type: 'PolicyChanged', actor: { id: 'keeper' }, data: { keys: ['whenBusy'], policy: { whenBusy: 'reject' } } },
  ]);
  expect(await put(documentOf('old', { production: { namespace: 'old' } }, 1))).toMatchObject({ status: 409 });
});
