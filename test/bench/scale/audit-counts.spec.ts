import { countRequests, reads, total, withoutScrapesAndEvents, writes, type AuditLine } from './audit-counts';

const WATCHER = 'system:serviceaccount:alloy:alloy-watcher';
const line = (fields: Partial<AuditLine>, username = WATCHER): AuditLine => ({
  stage: 'ResponseComplete',
  verb: 'get',
  user: { username },
  objectRef: { resource: 'deployments', namespace: 'shop', name: 'web' },
  ...fields,
});
const pods = (verb: string, stage = 'ResponseComplete'): AuditLine =>
  line({ verb, stage, objectRef: { resource: 'pods', namespace: 'shop' } });

describe('countRequests', () => {
  it('counts the like requests of each service, the most frequent first', () => {
    const lines = [
      pods('list'),
      line({}),
      line({ objectRef: { resource: 'deployments', namespace: 'blog', name: 'web' } }),
      line({}, 'system:serviceaccount:alloy:alloy-executor'),
    ];
    expect(countRequests(lines)).toEqual([
      { service: 'watcher', verb: 'get', resource: 'deployments', scope: 'object', userAgent: '', count: 2 },
      { service: 'watcher', verb: 'list', resource: 'pods', scope: 'namespace', userAgent: '', count: 1 },
      { service: 'executor', verb: 'get', resource: 'deployments', scope: 'object', userAgent: '', count: 1 },
    ]);
  });

  it('ignores the requests of users that are not a service of Alloy', () =>
    expect(countRequests([line({}, 'admin'), line({}, 'system:serviceaccount:shop:web')])).toEqual([]));

  it('counts a watch once, when it begins', () => expect(total(countRequests([pods('watch', 'ResponseStarted'), pods('watch')]))).toBe(1));

  it('does not count another request before its response is complete', () =>
    expect(countRequests([pods('list', 'ResponseStarted')])).toEqual([]));

  it('distinguishes a subresource, a request for the whole cluster, and a request without an object', () => {
    const lines = [
      line({ verb: 'update', objectRef: { resource: 'deployments', subresource: 'scale', namespace: 'shop', name: 'web' } }),
      line({ verb: 'list', objectRef: { resource: 'pods' } }),
      { ...line({}), objectRef: undefined },
    ];
    expect(countRequests(lines as readonly AuditLine[])).toMatchObject([
      { resource: 'deployments/scale', scope: 'object' },
      { resource: 'pods', scope: 'cluster' },
      { resource: '(no object)', scope: 'cluster' },
    ]);
  });
});

it('get, list and watch count as reads, and all other verbs as writes', () => {
  const counts = countRequests([
    line({}),
    pods('list'),
    pods('watch', 'ResponseStarted'),
    line({ verb: 'patch' }),
    line({ verb: 'create' }),
  ]);
  expect([total(reads(counts)), total(writes(counts))]).toEqual([3, 2]);
});

it('withoutScrapesAndEvents omits scrapes of metrics pages and Kubernetes Events', () => {
  const scrape = line({ objectRef: { resource: 'pods', subresource: 'proxy', namespace: 'shop', name: 'web-1' } });
  const event = line({ verb: 'create', objectRef: { resource: 'events', namespace: 'shop' } });
  expect(total(withoutScrapesAndEvents(countRequests([scrape, event, line({})])))).toBe(1);
});
