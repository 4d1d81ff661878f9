import { Film } from './film';
import { readBefore } from './read-before';
import type { SeenRequest } from './seen-request';

const request = (rest: Partial<SeenRequest>): SeenRequest => ({
  method: 'GET', namespace: 'shop', object: 'Pod', query: '', status: 200, begun: 1, ended: 2, ...rest,
});
const [, written, deleted] = new Film()
  .deployment('web', 2, { by: 'kubectl' })
  .deployment('web', 3, { fence: 'alloy/1/2' })
  .delete('Deployment', 'web').steps;
const scale = request({
  method: 'PUT', object: 'Deployment/web', subresource: 'scale', sentVersion: 1, gotVersion: 2, begun: 10, ended: 11,
});

it('finds the last live read of the pods with a response before the write', () => {
  const reads = [
    request({ gotVersion: 4, begun: 5, ended: 6 }),
    request({ gotVersion: 3, begun: 3, ended: 4 }),
    request({ gotVersion: 9, begun: 9, ended: 12 }),
    request({ gotVersion: 8, namespace: 'other', ended: 9 }),
    request({ gotVersion: 8, object: 'ReplicaSet', ended: 9 }),
  ];
  expect(readBefore([...reads, scale])(written!)).toBe(4);
  const gone = request({ method: 'DELETE', object: 'Deployment/web', uid: 'uid-Deployment/web', begun: 7, ended: 8 });
  expect(readBefore([...reads, gone])(deleted!)).toBe(4);
});

it('finds none if the write was not recorded or was refused, or if there is no record', () => {
  expect(readBefore([request({ gotVersion: 4 })])(written!)).toBeUndefined();
  expect(readBefore([request({ gotVersion: 4 }), { ...scale, status: 409 }])(written!)).toBeUndefined();
  expect(readBefore(undefined)(written!)).toBeUndefined();
});
