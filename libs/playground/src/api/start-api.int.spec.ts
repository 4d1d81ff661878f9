import { createServer } from 'node:http';
import { get as httpsGet } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { Store } from '../store';
import type { Admit } from './admission-review';
import { eventually } from '../../../../test/support/eventually';
import type { Address, Api, AuditRecord } from './api-options';
import type { JsonObject } from './json';
import { selfSignedCertificate } from './self-signed-certificate';
import { startApi } from './start-api';

const token = 'secret-token';
const certificate = selfSignedCertificate();
const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const configMaps = '/api/v1/namespaces/shop/configmaps';
const deployment = (image = 'web:v1', spec: object = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    ...spec,
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
  },
});
const configMap = (name: string, data: object = { a: 'b' }, metadata: object = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

interface Answer {
  readonly status: number;
  readonly body: JsonObject & { metadata: JsonObject; spec: JsonObject; items: Array<{ metadata: { name: string } }> };
  readonly headers: Headers;
}

describe('the API', () => {
  let store: Store;
  let api: Api;
  let pod: Address | undefined;
  let admit: Admit;
  let records: AuditRecord[];
  beforeEach(async () => {
    pod = undefined;
    records = [];
    admit = () => undefined;
    store = new Store({ seed: 1, clock: () => new Date(), history: 20 });
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    const users = new Map([['watcher-token', { name: 'watcher', namespaced: true }]]);
    api = await startApi({
      store, port: 0, token, users, audit: (record) => void records.push(record), certificate, bookmarkEvery: 20,
      hooks: { podAddress: () => pod, admit: (review) => admit(review), podLog: () => 'line\n' },
    });
  });
  afterEach(() => api.close());

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(api.url + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'], headers: response.headers };
  }
  const patch = (kind: string, path: string, body: unknown): Promise<Answer> =>
    call('PATCH', path, body, { 'content-type': `application/${kind}` });
  const apply = (path: string, body: unknown, query = 'fieldManager=alloy'): Promise<Answer> =>
    patch('apply-patch+yaml', `${path}?${query}`, body);

  describe('users', () => {
    const watcher = { authorization: 'Bearer watcher-token' };
    const audited = (record: AuditRecord): readonly unknown[] => [
      record.user.username,
      record.verb,
      record.objectRef?.resource,
      record.objectRef?.namespace,
      record.stage,
      record.responseStatus.code,
    ];

    it('are recorded with each of their requests after its response', async () => {
      await call('POST', configMaps, configMap('settings'));
      await call('GET', configMaps, undefined, { ...watcher, 'user-agent': 'alloy-watcher' });
      await call('GET', `${configMaps}/absent`, undefined, watcher);
      await call('DELETE', `${configMaps}/settings`);
      await eventually(() => expect(records).toHaveLength(4));
      expect(records.map(audited)).toEqual([
        ['admin', 'create', 'configmaps', 'shop', 'ResponseComplete', 201],
        ['watcher', 'list', 'configmaps', 'shop', 'ResponseComplete', 200],
        ['watcher', 'get', 'configmaps', 'shop', 'ResponseComplete', 404],
        ['admin', 'delete', 'configmaps', 'shop', 'ResponseComplete', 200],
      ]);
      expect(records[1]).toMatchObject({ userAgent: 'alloy-watcher', requestURI: configMaps });
    });

    it('are recorded at the start and at the end of a watch', async () => {
      const ended = new AbortController();
      const response = await fetch(`${api.url}${configMaps}?watch=true`, { headers: watcher, signal: ended.signal });
      expect(response.status).toBe(200);
      await eventually(() => expect(records.map(audited)).toEqual([['watcher', 'watch', 'configmaps', 'shop', 'ResponseStarted', 200]]));
      ended.abort();
      await eventually(() => expect(records.map(({ stage }) => stage)).toEqual(['ResponseStarted', 'ResponseComplete']));
    });

    it('may not send requests for all namespaces if they are limited to single namespaces', async () => {
      const answers = await Promise.all(
        ['/api/v1/configmaps', '/api/v1/pods?watch=true', configMaps, '/api/v1/namespaces/shop', '/apis'].map((path) =>
          call('GET', path, undefined, watcher),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 200, 200, 200]);
      expect(answers[0]!.body).toMatchObject({
        reason: 'Forbidden',
        message: 'configmaps is forbidden: User "watcher" cannot list resource "configmaps" in API group "" at the cluster scope',
      });
    });
  });

  describe('reads', () => {
    it('refuses requests without the token', async () => {
      const response = await fetch(`${api.url}/api/v1/pods`);
      expect([response.status, ((await response.json()) as JsonObject)['reason']]).toEqual([401, 'Unauthorized']);
    });

    it('serves TLS on the same port, with its own certificate', async () => {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        httpsGet(
          `${api.secureUrl ?? ''}/version`,
          { ca: certificate.cert, agent: false, headers: { authorization: `Bearer ${token}` } },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          },
        ).on('error', reject);
      });
      expect(status).toBe(200);
    });

    it('serves discovery', async () => {
      expect((await call('GET', '/api')).body['versions']).toEqual(['v1']);
      expect((await call('GET', '/apis')).body['groups']).toContainEqual(
        expect.objectContaining({ name: 'apps', preferredVersion: { groupVersion: 'apps/v1', version: 'v1' } }),
      );
      const { resources } = (await call('GET', '/apis/apps/v1')).body as unknown as { resources: Array<{ name: string }> };
      expect(resources.map(({ name }) => name)).toEqual([
        'deployments', 'deployments/status', 'deployments/scale', 'replicasets', 'replicasets/status',
        'replicasets/scale', 'statefulsets', 'statefulsets/status', 'statefulsets/scale', 'daemonsets', 'daemonsets/status',
      ]);
      expect((await call('GET', '/apis/apps/v2')).status).toBe(404);
    });

    it('publishes schemas with the real merge keys', async () => {
      const { paths } = (await call('GET', '/openapi/v3')).body as unknown as { paths: Record<string, { serverRelativeURL: string }> };
      const document = (await call('GET', paths['apis/apps/v1']?.serverRelativeURL ?? '')).body as unknown as {
        components: { schemas: Record<string, { properties: Record<string, JsonObject> }> };
      };
      expect(document.components.schemas['io.k8s.api.core.v1.PodSpec']?.properties['containers']).toMatchObject({
        'x-kubernetes-patch-merge-key': 'name',
        'x-kubernetes-list-map-keys': ['name'],
      });
      expect((await call('GET', '/openapi/v2')).body['swagger']).toBe('2.0');
      expect(
        (await call('GET', '/openapi/v2', undefined, { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' })).status,
      ).toBe(406);
    });

    it('lists by selectors and page by page', async () => {
      for (const name of ['a', 'b', 'c']) await call('POST', configMaps, configMap(name, {}, { labels: { x: name } }));
      const names = async (query: string): Promise<string[]> =>
        (await call('GET', `${configMaps}?${query}`)).body.items.map(({ metadata }) => metadata.name);
      expect(await names('labelSelector=x in (a,c)')).toEqual(['a', 'c']);
      expect(await names('fieldSelector=metadata.name!=b')).toEqual(['a', 'c']);
      const first = (await call('GET', `${configMaps}?limit=2`)).body;
      expect(first.metadata).toMatchObject({ remainingItemCount: 1, continue: expect.any(String) as string });
      expect(await names(`limit=2&continue=${String(first.metadata['continue'])}`)).toEqual(['c']);
      expect((await call('GET', `${configMaps}?labelSelector=a in b`)).status).toBe(400);
      expect((await call('GET', `${configMaps}?resourceVersion=999999`)).status).toBe(504);
    });

    it('serves tables, wide columns last, and partial metadata', async () => {
      await call('POST', deployments, deployment());
      const table = (await call('GET', deployments, undefined, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }))
        .body as unknown as {
        columnDefinitions: Array<{ name: string; priority: number }>;
        rows: Array<{ cells: unknown[]; object: JsonObject }>;
      };
      expect(table.columnDefinitions.map(({ name, priority }) => name + (priority > 0 ? '*' : ''))).toEqual([
        'Name', 'Ready', 'Up-to-date', 'Available', 'Age', 'Containers*', 'Images*', 'Selector*',
      ]);
      expect(table.rows[0]?.cells.filter((_cell, index) => index !== 4)).toEqual(['web', '0/1', 0, 0, 'web', 'web:v1', 'app=web']);
      expect(table.rows[0]?.object['kind']).toBe('PartialObjectMetadata');
      expect(
        (await call('GET', `${deployments}/web`, undefined, { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' }))
          .body,
      ).not.toHaveProperty('spec');
      expect((await call('GET', deployments, undefined, { accept: 'application/vnd.kubernetes.protobuf' })).status).toBe(406);
    });

    it('serves core events also under events.k8s.io', async () => {
      const event = {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: 'e' },
        regarding: { kind: 'Pod', name: 'p' },
        note: 'seen',
        reason: 'R',
        type: 'Normal',
        eventTime: '2026-01-01T00:00:00.000000Z',
      };
      expect((await call('POST', '/apis/events.k8s.io/v1/namespaces/shop/events', event)).status).toBe(201);
      expect((await call('GET', '/api/v1/namespaces/shop/events/e')).body).toMatchObject({
        apiVersion: 'v1',
        involvedObject: { name: 'p' },
        message: 'seen',
      });
      expect((await call('GET', '/apis/events.k8s.io/v1/namespaces/shop/events/e')).body).toMatchObject({
        apiVersion: 'events.k8s.io/v1',
        regarding: { name: 'p' },
        note: 'seen',
      });
    });
  });

  describe('writes', () => {
    it('refuses with the messages of the real server', async () => {
      await call('POST', deployments, deployment());
      const again = await call('POST', deployments, deployment());
      expect([again.status, again.body]).toEqual([
        409,
        {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'deployments.apps "web" already exists',
          reason: 'AlreadyExists',
          details: { name: 'web', group: 'apps', kind: 'deployments' },
          code: 409,
        },
      ]);
      expect((await call('GET', `${deployments}/nope`)).body['message']).toBe('deployments.apps "nope" not found');
      expect((await call('POST', '/apis/apps/v1/namespaces/nope/deployments', deployment())).body['message']).toBe(
        'namespaces "nope" not found',
      );
      const changed = await patch('merge-patch+json', `${deployments}/web`, {
        spec: { selector: { matchLabels: { app: 'x' } }, template: { metadata: { labels: { app: 'x' } } } },
      });
      expect([changed.status, changed.body['message']]).toEqual([
        422,
        'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
      ]);
      const timed = (spec: object) => patch('merge-patch+json', `${deployments}/web`, { spec });
      const late = await timed({ minReadySeconds: 5, progressDeadlineSeconds: 5 });
      expect([late.status, late.body['message']]).toEqual([
        422,
        'Deployment.apps "web" is invalid: spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds',
      ]);
      expect((await timed({ minReadySeconds: 5, progressDeadlineSeconds: 6 })).status).toBe(200);
      const misnamed = await call('POST', configMaps, configMap('A_b'));
      expect([misnamed.status, misnamed.body['reason']]).toEqual([422, 'Invalid']);
      expect((await call('POST', configMaps, { ...configMap('a'), kind: 'Secret' })).status).toBe(400);
      expect((await call('POST', '/apis/apps/v1/namespaces/shop/controllerrevisions', {})).status).toBe(404);
      expect((await call('PUT', configMaps, {})).status).toBe(405);
      expect((await call('POST', configMaps, configMap('a'), { 'content-type': 'text/plain' })).status).toBe(415);
      expect((await call('POST', configMaps, configMap('a'), { 'content-type': 'application/vnd.kubernetes.protobuf' })).status).toBe(400);
    });

    it('requires the fields that a workload requires', async () => {
      const { status, body } = await call('POST', deployments, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'x' }] } } },
      });
      expect(status).toBe(422);
      expect((body['details'] as { causes: Array<{ field: string }> }).causes.map(({ field }) => field)).toEqual([
        'spec.selector',
        'spec.template.spec.containers[0].image',
      ]);
    });

    it('validates fields as requested', async () => {
      const wrong = { ...deployment(), foo: 1 };
      const strict = await call('POST', `${deployments}?fieldValidation=Strict`, wrong);
      expect([strict.status, strict.body['message']]).toEqual([
        400,
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "foo"',
      ]);
      const warned = await call('POST', deployments, wrong);
      expect([warned.status, warned.headers.get('warning')]).toEqual([201, '299 - "unknown field \\"foo\\""']);
      expect(warned.body).not.toHaveProperty('foo');
    });

    it('stores nothing in a dry run', async () => {
      expect((await call('POST', `${deployments}?dryRun=All`, deployment())).body.spec).toMatchObject({ replicas: 1 });
      expect((await call('GET', `${deployments}/web`)).status).toBe(404);
      await call('POST', deployments, deployment());
      expect((await patch('merge-patch+json', `${deployments}/web?dryRun=All`, { spec: { replicas: 9 } })).body.spec).toMatchObject({
        replicas: 9,
      });
      expect((await call('DELETE', `${deployments}/web?dryRun=All`)).status).toBe(200);
      expect((await call('GET', `${deployments}/web`)).body.spec).toMatchObject({ replicas: 1 });
    });

    it('refuses a stale version and a wrong uid, for writes and deletes', async () => {
      const { body } = await call('POST', configMaps, configMap('a'));
      expect((await call('PUT', `${configMaps}/a`, { ...body, data: { a: 'c' } })).status).toBe(200);
      const stale = await call('PUT', `${configMaps}/a`, { ...body, data: { a: 'd' } });
      expect([stale.status, stale.body['message']]).toEqual([
        409,
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
      ]);
      expect((await patch('merge-patch+json', `${configMaps}/a`, { metadata: { resourceVersion: '1' }, data: { a: 'd' } })).status).toBe(
        409,
      );
      expect(
        (await call('DELETE', `${configMaps}/a`, { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'other' } })).status,
      ).toBe(409);
      expect((await call('DELETE', `${configMaps}/a`, { preconditions: { uid: body.metadata['uid'] } })).body).toMatchObject({
        status: 'Success',
        details: { name: 'a', kind: 'configmaps' },
      });
      expect((await call('DELETE', `${configMaps}/a`)).status).toBe(404);
    });

    it('deletes a collection by selector', async () => {
      for (const name of ['a', 'b']) await call('POST', configMaps, configMap(name, {}, { labels: { x: name } }));
      expect((await call('DELETE', `${configMaps}?labelSelector=x=a`)).body.items.map(({ metadata }) => metadata.name)).toEqual(['a']);
      expect((await call('GET', configMaps)).body.items.map(({ metadata }) => metadata.name)).toEqual(['b']);
    });

    it('supports four patch types', async () => {
      await call('POST', deployments, deployment());
      const path = `${deployments}/web`;
      const containers = (answer: Answer): unknown => (answer.body.spec['template'] as { spec: { containers: unknown } }).spec.containers;
      expect(
        containers(
          await patch('strategic-merge-patch+json', path, {
            spec: { template: { spec: { containers: [{ name: 'side', image: 'side:v1' }] } } },
          }),
        ),
      ).toMatchObject([{ name: 'web' }, { name: 'side' }]);
      expect(containers(await patch('json-patch+json', path, [{ op: 'remove', path: '/spec/template/spec/containers/1' }]))).toMatchObject([
        { name: 'web', image: 'web:v1' },
      ]);
      expect((await patch('merge-patch+json', path, { metadata: { labels: { a: 'b' } } })).body.metadata['labels']).toEqual({ a: 'b' });
      expect((await apply(path, deployment('web:v2'), 'fieldManager=alloy&force=true')).status).toBe(200);
      expect((await patch('unknown+json', path, {})).status).toBe(415);
    });

    it('applies: creates, changes, drops, refuses fields of other managers, and takes them with force', async () => {
      const path = `${configMaps}/c`;
      expect((await apply(path, configMap('c', { a: '1', b: '2' }))).status).toBe(201);
      const [one, two] = [await apply(path, configMap('c', { a: '1' })), await apply(path, configMap('c', { a: '1' }))];
      expect(one.body['data']).toEqual({ a: '1' });
      expect(two.body).toEqual(one.body);
      const conflict = await apply(path, configMap('c', { a: '9' }), 'fieldManager=other');
      expect([conflict.status, conflict.body['message']]).toEqual([409, 'Apply failed with 1 conflict: conflict with "alloy": .data.a']);
      expect((await apply(path, configMap('c', { a: '9' }), 'fieldManager=other&force=true')).body['data']).toEqual({ a: '9' });
      expect((await apply(path, configMap('c'), '')).status).toBe(422);
    });

    it('scales by /scale a Deployment applied without replicas, and checks the version', async () => {
      await apply(`${deployments}/web`, deployment('web:v1', { replicas: 0 }));
      const scale = (await call('GET', `${deployments}/web/scale`)).body;
      expect(scale).toMatchObject({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        spec: { replicas: 0 },
        status: { replicas: 0, selector: 'app=web' },
      });
      expect((await call('PUT', `${deployments}/web/scale`, { ...scale, spec: { replicas: 3 } })).body.spec).toEqual({ replicas: 3 });
      expect((await call('PUT', `${deployments}/web/scale`, { ...scale, spec: { replicas: 4 } })).status).toBe(409);
      expect((await patch('merge-patch+json', `${deployments}/web/scale`, { spec: { replicas: 5 } })).body.spec).toEqual({ replicas: 5 });
      expect((await call('GET', `${deployments}/web`)).body.metadata['generation']).toBe(3);
    });

    it('separates writes of status and of other fields', async () => {
      const made = (await call('POST', deployments, { ...deployment(), status: { replicas: 7 } })).body;
      expect(made).not.toHaveProperty('status');
      await call('PUT', `${deployments}/web/status`, { ...made, spec: { ...made.spec, replicas: 9 }, status: { replicas: 2 } });
      expect((await call('GET', `${deployments}/web`)).body).toMatchObject({
        spec: { replicas: 1 },
        status: { replicas: 2 },
        metadata: { generation: 1 },
      });
    });

    it('does not change an immutable ConfigMap', async () => {
      await call('POST', configMaps, { ...configMap('c'), immutable: true });
      expect((await patch('merge-patch+json', `${configMaps}/c`, { data: { a: 'x' } })).body['message']).toBe(
        'ConfigMap "c" is invalid: data: Forbidden: field is immutable when `immutable` is set',
      );
    });

    it('allows every SelfSubjectAccessReview', async () => {
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
      };
      expect((await call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)).body).toMatchObject({
        status: { allowed: true },
        spec: review.spec,
      });
    });
  });

  describe('watches', () => {
    interface Event {
      readonly type: string;
      readonly object: {
        metadata: { name: string; resourceVersion: string; annotations?: Record<string, string> };
        code?: number;
        reason?: string;
      };
    }
    const aborts: AbortController[] = [];
    afterEach(() => aborts.splice(0).forEach((abort) => abort.abort()));

    async function watch(query: string, headers: Record<string, string> = {}): Promise<AsyncIterator<Event>> {
      const abort = new AbortController();
      aborts.push(abort);
      const response = await fetch(`${api.url}${configMaps}?watch=true&${query}`, {
        signal: abort.signal,
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
      const lines = createInterface({
        input: Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]).on('error', () => undefined),
      });
      // Collected immediately: readline drops lines before iteration starts.
      const iterator = lines[Symbol.asyncIterator]();
      return {
        next: async () => {
          const { value, done } = await iterator.next();
          return done ? { done, value: undefined } : { done, value: JSON.parse(value) as Event };
        },
      };
    }
    const take = async (events: AsyncIterator<Event>, count: number): Promise<string[]> => {
      const taken: string[] = [];
      while (taken.length < count) {
        const { value, done } = (await events.next()) as IteratorResult<Event, Event>;
        if (done) return [...taken, 'END'];
        taken.push(`${value.type} ${value.object.metadata.name ?? value.object.reason ?? ''}`.trim());
      }
      return taken;
    };

    it('sends existing objects, then changes', async () => {
      await call('POST', configMaps, configMap('a'));
      const events = await watch('');
      await call('POST', configMaps, configMap('b'));
      await patch('merge-patch+json', `${configMaps}/a`, { data: { x: '1' } });
      await call('DELETE', `${configMaps}/b`);
      expect(await take(events, 4)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
    });

    it('continues from a version, reports objects that start and stop matching a selector, and ends at its timeout', async () => {
      const { body } = await call('POST', configMaps, configMap('a'));
      await patch('merge-patch+json', `${configMaps}/a`, { metadata: { labels: { x: 'y' } } });
      await patch('merge-patch+json', `${configMaps}/a`, { metadata: { labels: { x: 'z' } } });
      const events = await watch(`labelSelector=x=y&timeoutSeconds=1&resourceVersion=${String(body.metadata['resourceVersion'])}`);
      expect(await take(events, 3)).toEqual(['ADDED a', 'DELETED a', 'END']);
    });

    it('sends bookmarks at the end of existing objects and at intervals', async () => {
      const { body } = await call('POST', configMaps, configMap('a'));
      const events = await watch('allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan');
      expect(await take(events, 1)).toEqual(['ADDED a']);
      const first = ((await events.next()) as IteratorYieldResult<Event>).value;
      expect(first).toMatchObject({
        type: 'BOOKMARK',
        object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' }, resourceVersion: body.metadata['resourceVersion'] } },
      });
      expect(((await events.next()) as IteratorYieldResult<Event>).value).toMatchObject({
        type: 'BOOKMARK',
        object: { metadata: { resourceVersion: body.metadata['resourceVersion'] } },
      });
    });

    it('answers 410 if the version is too old', async () => {
      for (let index = 0; index < 25; index += 1) await call('POST', configMaps, configMap(`c${index}`));
      const events = await watch('resourceVersion=1');
      expect(((await events.next()) as IteratorYieldResult<Event>).value).toMatchObject({
        type: 'ERROR',
        object: { code: 410, reason: 'Expired' },
      });
      expect(await take(events, 1)).toEqual(['END']);
    });

    it('sends table columns once', async () => {
      for (const name of ['a', 'b']) await call('POST', configMaps, configMap(name));
      const events = await watch('', { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
      const columns = [await events.next(), await events.next()].map(
        ({ value }) => ((value as Event).object as unknown as { columnDefinitions: unknown[] | null }).columnDefinitions?.length,
      );
      expect(columns).toEqual([3, undefined]);
    });
  });

  it('resizes a pod only through /resize, and changes only resources of containers and sidecars', async () => {
    const pods = '/api/v1/namespaces/shop/pods';
    const container = (name: string, cpu: string, image = 'shop:v1') => ({ name, image, resources: { requests: { cpu } } });
    const spec = (cpu: string, image?: string) => ({
      containers: [container('web', cpu, image)],
      initContainers: [{ ...container('proxy', cpu), restartPolicy: 'Always' }, container('migrate', cpu)],
    });
    expect((await call('POST', pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: spec('10m') })).status).toBe(201);
    const patch = (path: string, body: unknown) => call('PATCH', path, body, { 'content-type': 'application/strategic-merge-patch+json' });
    expect(await patch(`${pods}/p`, { spec: spec('20m') })).toMatchObject({ status: 422 });
    expect(
      await patch(`${pods}/p/resize?fieldManager=vpa`, { metadata: { labels: { x: 'y' } }, spec: spec('20m', 'shop:v2') }),
    ).toMatchObject({ status: 200 });
    const { body } = await call('GET', `${pods}/p`);
    expect(body).toMatchObject({
      spec: { containers: [container('web', '20m')], initContainers: [container('proxy', '20m'), container('migrate', '10m')] },
    });
    expect(body['metadata']).toMatchObject({
      managedFields: expect.arrayContaining([expect.objectContaining({ manager: 'vpa', subresource: 'resize' })]),
    });
    expect(body['metadata']).not.toHaveProperty('labels');
    expect(await patch(`${pods}/p/resize`, { metadata: { resourceVersion: '1' }, spec: spec('30m') })).toMatchObject({ status: 409 });
  });

  describe('admission', () => {
    it('denies creations and changes like a webhook, before anything is stored', async () => {
      expect((await call('POST', configMaps, configMap('here'))).status).toBe(201);
      admit = ({ operation, kind, namespace, name, object }) => ({
        webhook: 'policy.example',
        message: `${operation} ${kind} ${namespace ?? ''}/${name} ${JSON.stringify((object as unknown as JsonObject)['data'])}`,
        ...(operation === 'UPDATE' && { code: 403 }),
      });
      const made = await call('POST', configMaps, configMap('new'));
      expect([made.status, made.body['reason'], made.body['message']]).toEqual([
        400,
        'BadRequest',
        'admission webhook "policy.example" denied the request: CREATE ConfigMap shop/new {"a":"b"}',
      ]);
      const changed = await apply(`${configMaps}/here`, configMap('here', { a: 'c' }), 'fieldManager=alloy&force=true');
      expect([changed.status, changed.body['reason'], changed.body['message']]).toEqual([
        403,
        'Forbidden',
        'admission webhook "policy.example" denied the request: UPDATE ConfigMap shop/here {"a":"c"}',
      ]);
      expect((await call('GET', `${configMaps}/new`)).status).toBe(404);
      expect((await call('GET', `${configMaps}/here`)).body['data']).toEqual({ a: 'b' });
      expect((await call('POST', `${configMaps}?dryRun=All`, configMap('new'))).status).toBe(400);
    });

    it('refuses the dry run of a write that a webhook with side effects admits', async () => {
      admit = () => ({ webhookWithSideEffects: 'audit.example' });
      const tried = await call('POST', `${configMaps}?dryRun=All`, configMap('recorded'));
      expect([tried.status, tried.body['message']]).toEqual([400, 'admission webhook "audit.example" does not support dry run']);
      expect((await call('POST', configMaps, configMap('recorded'))).status).toBe(201);
    });

    it.each([
      [undefined, 422, 'Invalid'],
      ['Forbidden', 403, 'Forbidden'],
      ['RequestEntityTooLarge', 413, 'RequestEntityTooLarge'],
    ] as const)('denies as a ValidatingAdmissionPolicy with reason %s does, with status %i', async (reason, code, expected) => {
      admit = () => ({ policy: 'limit', binding: 'limit-shop', message: 'no more', ...(reason && { reason }) });
      const denied = "ValidatingAdmissionPolicy 'limit' with binding 'limit-shop' denied request: no more";
      const { status, body } = await apply(`${configMaps}/new`, configMap('new'), 'fieldManager=alloy&force=true');
      expect([status, body]).toEqual([
        code,
        expect.objectContaining({
          code,
          reason: expected,
          message: `configmaps "new" is forbidden: ${denied}`,
          details: { name: 'new', kind: 'configmaps', causes: [{ message: denied }] },
        }),
      ]);
      expect((await call('GET', `${configMaps}/new`)).status).toBe(404);
    });
  });

  describe('pods', () => {
    const path = '/api/v1/namespaces/shop/pods';
    const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } };

    it('forwards proxied requests to the pod, and answers 503 if it does not run', async () => {
      await call('POST', path, manifest);
      expect((await call('GET', `${path}/p/proxy/metrics`)).status).toBe(503);
      const server = createServer((request, response) =>
        response.writeHead(418).end(JSON.stringify({ url: request.url, authorization: request.headers.authorization ?? null })),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      pod = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
      const answer = await call('GET', `${path}/p:8080/proxy/metrics?a=b`);
      expect([answer.status, answer.body]).toEqual([418, { url: '/metrics?a=b', authorization: null }]);
      server.closeAllConnections();
      server.close();
      pod = { host: '127.0.0.1', port: 1 };
      expect((await call('GET', `${path}/p/proxy/`)).status).toBe(503);
    });

    it('serves the log, and refuses changes of immutable pod fields', async () => {
      await call('POST', path, manifest);
      expect(await (await fetch(`${api.url}${path}/p/log`, { headers: { authorization: `Bearer ${token}` } })).text()).toBe('line\n');
      expect((await patch('merge-patch+json', `${path}/p`, { spec: { hostNetwork: true } })).status).toBe(422);
      expect((await patch('strategic-merge-patch+json', `${path}/p`, { spec: { containers: [{ name: 'c', image: 'j' }] } })).status).toBe(
        200,
      );
    });
  });
});
