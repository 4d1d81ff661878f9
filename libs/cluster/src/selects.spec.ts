import type { V1LabelSelector } from '@kubernetes/client-node';
import type { Json } from './json';
import { selects } from './selects';

const labels = { app: 'web', tier: 'front' };
const expression = (operator: string, key: string, ...values: string[]): Json<V1LabelSelector> => ({
  matchExpressions: [{ key, operator, values }],
});

describe('selects', () => {
  it.each<[string, Json<V1LabelSelector>, boolean]>([
    ['equal labels', { matchLabels: { app: 'web' } }, true],
    ['another value', { matchLabels: { app: 'api' } }, false],
    ['one of two labels', { matchLabels: { app: 'web', tier: 'back' } }, false],
    ['no condition', {}, false],
    ['In', expression('In', 'app', 'api', 'web'), true],
    ['In without the value', expression('In', 'app', 'api'), false],
    ['In of an absent label', expression('In', 'zone', 'a'), false],
    ['NotIn', expression('NotIn', 'app', 'api'), true],
    ['NotIn with the value', expression('NotIn', 'app', 'web'), false],
    ['NotIn of an absent label', expression('NotIn', 'zone', 'a'), true],
    ['Exists', expression('Exists', 'app'), true],
    ['Exists of an absent label', expression('Exists', 'zone'), false],
    ['DoesNotExist', expression('DoesNotExist', 'zone'), true],
    ['DoesNotExist of a label', expression('DoesNotExist', 'app'), false],
    ['labels and an expression that fails', { matchLabels: { app: 'web' }, ...expression('Exists', 'zone') }, false],
  ])('decides by %s', (_what, selector, isSelected) => expect(selects(selector, labels)).toBe(isSelected));
});
