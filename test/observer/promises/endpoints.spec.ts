import { Film } from '../film';
import { whose } from '../whose';
import { checkEndpoints } from './endpoints';

const texts = (film: Film): readonly string[] =>
  checkEndpoints({ steps: film.steps, isAlloys: whose(undefined) }).violations.map(({ text }) => text);
const served = (): Film => new Film().service({ app: 'shop' }).running('web', 1, { by: 'kubectl' }).endpoints(['web-0']);
const shrunk = (by: string): Film =>
  served().deployment('web', 0, { by }).replicaSet('web', 0).pod('web', 'web-0', { going: true }).endpoints([]);

describe('P2', () => {
  it('finds a selector of Alloy that selects no pods', () => {
    expect(texts(served().service({ app: 'shop', 'alloy.dev/track': 'canary' }, 'alloy'))).toEqual([
      'Service web selects no ready pod any more, by a write of Alloy',
    ]);
    expect(texts(served().service({ app: 'nothing' }, 'kubectl'))).toEqual([]);
  });

  it('finds the last pods removed by Alloy’s scaling, in the selector and in the addresses', () => {
    expect(texts(shrunk('alloy-scale'))).toEqual([
      'Service web selects no ready pod any more, by a write of Alloy',
      'EndpointSlice web-1 has no ready address any more, by a write of Alloy',
    ]);
    expect(texts(shrunk('kubectl'))).toEqual([]);
  });

  it('ignores a last pod that fails', () => {
    expect(texts(served().pod('web', 'web-0', { ready: false }).endpoints([]))).toEqual([]);
  });

  it('finds an old pod that is removed before the cluster has the address of the new one', () => {
    const film = served()
      .deployment('web', 1, { by: 'alloy' })
      .pod('web', 'web-1')
      .deployment('web', 1, { by: 'alloy', image: 'v2' })
      .replicaSet('web', 1)
      .pod('web', 'web-0', { going: true })
      .endpoints([])
      .endpoints(['web-1']);
    expect(texts(film)).toEqual(['EndpointSlice web-1 has no ready address any more, by a write of Alloy']);
  });

  it('combines the EndpointSlices of a Service', () => {
    const film = served().slice('web-2', []);
    expect(texts(film.slice('web-2', []))).toEqual([]);
    film.deployment('web', 0, { by: 'alloy-scale' }).replicaSet('web', 0).pod('web', 'web-0', { going: true });
    expect(texts(film.endpoints([]))).toContain('EndpointSlice web-1 has no ready address any more, by a write of Alloy');
  });
});
