import { readFileSync } from 'node:fs';
import { causeOf, UNKNOWN } from './yaml-causes';

const source = readFileSync(require.resolve('js-yaml'), 'utf8');
const reasons = [...new Set([...source.matchAll(/throwError(?:\$1)?\(state, (["`])(.*?)\1\)/g)].map(([, , reason]) => reason!))];

/** Faults that people hardly make; each still has its line and column. */
const RARE =
  /directive|declared suffix|tag property|anchor|alias node|verbatim tag|chomping|indentation width|separator in|event stream|read a document|^nesting|maxAliases|recursive/;

it('has words for every reason of the parser, except for rare ones', () => {
  expect(reasons.length).toBeGreaterThan(40);
  expect(reasons.filter((reason) => !RARE.test(reason) && causeOf(reason).text === UNKNOWN)).toEqual([]);
});

it('never repeats a reason, which may contain a part of the file', () => {
  expect(causeOf('unidentified alias "canary-bird"').text).not.toContain('canary');
  expect(causeOf('something new about canary-bird')).toEqual({ code: 'bad_yaml', text: UNKNOWN });
});
