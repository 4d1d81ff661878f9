import type { SeenRequest } from '../seen-request';
import { seenRequest } from '../seen-requests';
import { checkLiveReads } from './live-reads';

type Asked = Pick<SeenRequest, 'method' | 'object'> & Partial<SeenRequest>;

/** Requests one after the other. */
const inOrder = (...asked: readonly Asked[]): readonly SeenRequest[] =>
  asked.map((one, index) => ({ namespace: 'shop', query: '', status: 200, begun: 2 * index + 1, ended: 2 * index + 2, ...one }));
const texts = (...asked: readonly Asked[]): readonly string[] => checkLiveReads(inOrder(...asked)).violations.map(({ text }) => text);

const read: Asked = { method: 'GET', object: 'Deployment/web', gotVersion: 5 };
const pods: Asked = { method: 'GET', object: 'Pod', gotVersion: 6 };
const scale: Asked = { method: 'PUT', object: 'Deployment/web', subresource: 'scale', sentVersion: 5, gotVersion: 7 };

describe('P14', () => {
  it('accepts a write after a read of the object and of the pods, with the read version as its precondition', () => {
    expect(checkLiveReads(inOrder(read, pods, scale))).toEqual({ violations: [], judged: 1 });
    expect(
      texts({ method: 'GET', object: 'Secret', gotVersion: 9 }, { method: 'DELETE', object: 'Secret/web-1', sentVersion: 3, uid: 'u' }),
    ).toEqual([]);
  });

  it.each<[string, readonly Asked[]]>([
    ['without a live read of it', [pods, scale]],
    ['without a live read of it', [{ ...read, query: 'resourceVersion=0' }, pods, scale]],
    ['without a live read of it', [{ ...read, status: 503 }, pods, scale]],
    ['without a live read of it', [{ ...read, namespace: 'other' }, pods, scale]],
    ['without a live read of the pods', [read, scale]],
    ['without a condition', [read, pods, { ...scale, sentVersion: undefined }]],
    ['on a condition that is not what was read', [read, pods, { ...scale, sentVersion: 4 }]],
  ])('finds a write %s', (fault, asked) => {
    expect(texts(...asked)).toEqual([`PUT Deployment/web/scale ${fault}`]);
  });

  it('requires only a precondition of a fencing annotation, and a separate read for the next write', () => {
    const mark: Asked = { method: 'PATCH', object: 'Deployment/web', sentVersion: 4, marks: true };
    expect(checkLiveReads(inOrder(mark, read, pods, scale))).toEqual({ violations: [], judged: 2 });
    expect(texts({ ...mark, sentVersion: undefined })).toEqual(['PATCH Deployment/web without a condition']);
    expect(texts({ ...mark, marks: false })).toEqual(['PATCH Deployment/web without a live read of it']);
    expect(texts(read, pods, mark, scale)).toEqual(['PUT Deployment/web/scale without a live read of it']);
  });

  it('requires only a precondition of a scale that removes no pod, if the previous number is known', () => {
    const grows: Asked = { ...scale, sentReplicas: 3 };
    const check = (asked: Asked, before: number | undefined) =>
      checkLiveReads(inOrder(asked), (object, version) =>
        object === 'Deployment/web' && version === 5 ? before : undefined,
      ).violations.map(({ text }) => text);
    expect(check(grows, 2)).toEqual([]);
    expect(check(grows, 3)).toEqual([]);
    for (const before of [4, undefined]) expect(check(grows, before)).toEqual(['PUT Deployment/web/scale without a live read of it']);
    expect(check({ ...grows, sentVersion: undefined }, 2)).toEqual(['PUT Deployment/web/scale without a live read of it']);
  });

  it('accepts writes to several objects at the same time after a read of each, unless one of them is a scale', () => {
    const reads = inOrder(
      { method: 'GET', object: 'ConfigMap/a', gotVersion: 5 }, { method: 'GET', object: 'Deployment/web', gotVersion: 5 }, pods,
    );
    const change = (object: string, begun: number, over: Partial<SeenRequest> = {}): SeenRequest => ({
      namespace: 'shop', query: '', status: 200, method: 'PATCH', object, sentVersion: 5, gotVersion: 8, begun, ended: begun + 3, ...over,
    });
    const check = (...writes: readonly SeenRequest[]) => checkLiveReads([...reads, ...writes]).violations.map(({ text }) => text);
    expect(check(change('ConfigMap/a', 10), change('Deployment/web', 11))).toEqual([]);
    expect(check(change('ConfigMap/a', 10), change('Deployment/web', 13))).toEqual(['PATCH Deployment/web without a live read of it']);
    const scaled = change('Deployment/web', 11, { subresource: 'scale' });
    expect(check(change('ConfigMap/a', 10), scaled)).toEqual(['PATCH Deployment/web/scale without a live read of it']);
    expect(check(change('ConfigMap/a', 10), change('ConfigMap/a', 11))).toEqual(['PATCH ConfigMap/a without a live read of it']);
  });

  it('recognizes a fencing annotation by its content', () => {
    const sent = (body: unknown) =>
      seenRequest({
        method: 'PATCH',
        path: '/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=alloy-fence',
        asked: JSON.stringify(body),
        status: 200,
        answered: '{}',
        begun: 1,
        ended: 2,
      })?.marks ?? false;
    const metadata = { resourceVersion: '4', labels: { a: 'b' }, annotations: { c: 'd' } };
    expect(sent({ metadata })).toBe(true);
    for (const other of [
      { metadata, spec: {} },
      { metadata: { ...metadata, managedFields: [] } },
      { metadata: { ...metadata, ownerReferences: [] } },
      [{ op: 'replace', path: '/metadata/resourceVersion', value: '4' }],
      {},
    ])
      expect(sent(other)).toBe(false);
  });

  it('requires a separate read for each write, with its response before the write', () => {
    expect(texts(read, pods, scale, { ...scale, sentVersion: 7 })).toEqual(['PUT Deployment/web/scale without a live read of it']);
    const late = inOrder(pods, read, scale).map((request) =>
      request.object === 'Deployment/web' && request.method === 'GET' ? { ...request, ended: 9 } : request,
    );
    expect(checkLiveReads(late).violations).toHaveLength(1);
  });
});
