import { Film } from '../../observer/film';
import { checkFences } from './fences';

const marked = (...fences: readonly (string | undefined)[]): Film =>
  fences.reduce((film, fence) => film.deployment('web', 2, { fence, by: 'alloy' }), new Film());

describe('the fence of an object', () => {
  it('may stay or rise', () => {
    expect(checkFences('shop', marked('i/1/3', 'i/1/3', 'i/1/9', 'i/2/1').steps)).toEqual([]);
  });

  it('must not go back, within a release or to an earlier one', () => {
    expect(checkFences('shop', marked('i/1/9', 'i/1/3').steps).map(({ text }) => text)).toEqual([
      'the fence of Deployment/web went from 1/9 back to 1/3',
    ]);
    expect(checkFences('shop', marked('i/2/1', 'i/1/9').steps)).toHaveLength(1);
  });
});
