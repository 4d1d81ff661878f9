import { Film } from '../../observer/film';
import { checkFences } from './fences';

const annotated = (...fences: readonly (string | undefined)[]): Film =>
  fences.reduce((film, fence) => film.deployment('web', 2, { fence, by: 'alloy' }), new Film());

describe('the fence of an object', () => {
  it('may stay the same or increase', () => {
    expect(checkFences('shop', annotated('i/1/3', 'i/1/3', 'i/1/9', 'i/2/1').steps)).toEqual([]);
  });

  it('must not decrease, within a release or to an earlier release', () => {
    expect(checkFences('shop', annotated('i/1/9', 'i/1/3').steps).map(({ text }) => text)).toEqual([
      'the fence of Deployment/web decreased from 1/9 to 1/3',
    ]);
    expect(checkFences('shop', annotated('i/2/1', 'i/1/9').steps)).toHaveLength(1);
  });
});
