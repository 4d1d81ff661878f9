import { Film } from './film';
import type { SeenRequest } from './seen-request';
import { whose } from './whose';

const request = (rest: Partial<SeenRequest>): SeenRequest => ({
  method: 'PUT', namespace: 'shop', object: 'Deployment/web', query: '', status: 200, begun: 1, ended: 2, ...rest,
});
const film = new Film()
  .deployment('web', 2, { by: 'kubectl' })
  .deployment('web', 3, { by: 'alloy-scale', fence: 'alloy/1/2' })
  .delete('Deployment', 'web');
const found = (requests?: readonly SeenRequest[]): readonly boolean[] => film.steps.map(whose(requests));

it('recognizes a write of Alloy by its manager, and a deletion by its fencing annotation', () => {
  expect(found()).toEqual([false, true, true]);
});

it('recognizes them by the recorded requests, if there are any', () => {
  expect(found([])).toEqual([false, false, false]);
  expect(found([request({ sentVersion: 1, gotVersion: 2 }), request({ method: 'DELETE', uid: 'uid-Deployment/web' })])).toEqual([
    false, true, true,
  ]);
});

it('does not mistake a write without effect, or a refused one, for the found write', () => {
  expect(
    found([request({ sentVersion: 2, gotVersion: 2 }), request({ method: 'DELETE', uid: 'uid-Deployment/web', status: 409 })]),
  ).toEqual([false, false, false]);
});
