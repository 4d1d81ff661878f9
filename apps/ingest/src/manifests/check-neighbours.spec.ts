import type { Bundle } from '@alloy/contracts';
import { checkNeighbours, type Neighbour, type Newcomer } from './check-neighbours';

const bundle = (selector: object, labels: Record<string, string>): Bundle => ({
  workload: 'web',
  objects: [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector, template: { metadata: { labels } } },
    },
  ],
});
const newcomer = (selector: object, labels: Record<string, string> = { app: 'web' }): Newcomer => ({
  project: 'shop', environment: 'production', namespace: 'shop',
  bundle: bundle(selector, labels),
  pointer: '/files/deployment/0',
});
const stable: Neighbour = {
  project: 'shop',
  name: 'web',
  selector: { matchLabels: { app: 'web', tier: 'front' } },
  labels: { app: 'web', tier: 'front' },
};
const codes = (one: Newcomer, ...others: Neighbour[]) => {
  const result = checkNeighbours(one, others);
  return result.ok ? [] : result.findings.map(({ status, code, pointer }) => [status, code, pointer]);
};

it.each<[string, object]>([
  ['the same selector', { matchLabels: { app: 'web', tier: 'front' } }],
  ['the same selector in another order', { matchLabels: { tier: 'front', app: 'web' } }],
  ['an empty list of expressions', { matchLabels: { app: 'web', tier: 'front' }, matchExpressions: [] }],
])('accepts %s', (_what, selector) => expect(codes(newcomer(selector), stable)).toEqual([]));

it.each<[string, object]>([
  ['one label less', { matchLabels: { app: 'web' } }],
  ['one label more', { matchLabels: { app: 'web', tier: 'front', zone: 'a' } }],
  ['another value', { matchLabels: { app: 'web', tier: 'back' } }],
  ['an expression', { matchLabels: { app: 'web', tier: 'front' }, matchExpressions: [{ key: 'app', operator: 'Exists' }] }],
])('refuses %s in the selector of the stable Deployment', (_what, selector) =>
  expect(codes(newcomer(selector), stable)).toEqual([[422, 'selector_immutable', '/files/deployment/0/spec/selector']]),
);

it('accepts another selector of another Deployment of the project', () =>
  expect(codes(newcomer({ matchLabels: { app: 'web' } }), { ...stable, name: 'api' })).toEqual([]));

describe('another project in the namespace', () => {
  const theirs = (selector: object, labels: Record<string, string>): Neighbour => ({ project: 'theirs', name: 'web', selector, labels });
  const overlap = [[409, 'selector_overlap', '/files/deployment/0/spec/selector']];

  it.each<[string, Neighbour, unknown]>([
    ['has the same selector', theirs({ matchLabels: { app: 'web' } }, { app: 'web' }), overlap],
    ['has pods that this selector selects', theirs({ matchLabels: { name: 'api' } }, { name: 'api', app: 'web' }), overlap],
    ['selects pods of this Deployment', theirs({ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, { app: 'api' }), overlap],
    ['is independent', theirs({ matchLabels: { app: 'api' } }, { app: 'api' }), []],
  ])('that %s', (_what, other, expected) => expect(codes(newcomer({ matchLabels: { app: 'web' } }), other)).toEqual(expected));
});
