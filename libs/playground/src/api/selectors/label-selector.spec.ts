import fc from 'fast-check';
import { formatLabelSelector, matchLabelSelector, parseLabelSelector, type LabelSelectorObject } from './label-selector';

const selects = (text: string, labels: Record<string, string>): boolean => parseLabelSelector(text)(labels);

describe('parseLabelSelector', () => {
  const labels = { app: 'web', track: 'canary', 'alloy.dev/release': '01J', n: '5', empty: '' };
  it.each([
    'app=web', 'app==web', 'app!=api', 'absent!=x', 'app in (web, api)', 'app notin (api)', 'absent notin (api)', 'app',
    '!absent', '! absent', 'n>4', 'n<6', 'empty=', 'empty in ()', 'alloy.dev/release=01J',
    'app=web,track in (canary,stable),!absent', ' app = web ', '',
  ])('%s selects', (text) => expect(selects(text, labels)).toBe(true));
  it.each([
    'app=api', 'app!=web', 'app in (api)', 'app notin (web,api)', 'absent', '!app', 'n>5', 'n<5', 'app>1', 'absent=',
    'app=web,!track',
  ])('%s does not', (text) => expect(selects(text, labels)).toBe(false));
  it.each(['a=b=c', 'a in b', 'a in (b', ',a', '-a', 'a=b c', 'n>x', 'a=-'])('%s is refused', (text) =>
    expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ status: 400 })),
  );
  it('ignores inherited properties', () => expect(selects('constructor', {})).toBe(false));
});

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,4}$/);
const selector: fc.Arbitrary<LabelSelectorObject> = fc.record({
  matchLabels: fc.dictionary(word, word, { maxKeys: 2 }),
  matchExpressions: fc.array(
    fc.oneof(
      fc.record({
        key: word,
        operator: fc.constantFrom('In' as const, 'NotIn' as const),
        values: fc.array(word, { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ key: word, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
    ),
    { maxLength: 3 },
  ),
});

it('the object form and its text form are equivalent', () => {
  fc.assert(
    fc.property(
      selector,
      fc.dictionary(word, word, { maxKeys: 4 }),
      (each, labels) => parseLabelSelector(formatLabelSelector(each))(labels) === matchLabelSelector(each)(labels),
    ),
  );
});
