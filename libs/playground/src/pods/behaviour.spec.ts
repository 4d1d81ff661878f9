import { behaviourOf, parseBehaviour, tagOf } from './behaviour';

describe('behaviour of a container', () => {
  it.each([
    ['v1', { kind: 'good' }],
    ['v3-errors', { kind: 'errors', rate: 0.2 }],
    ['v3-errors-7', { kind: 'errors', rate: 0.07 }],
    ['errors-100', { kind: 'errors', rate: 1 }],
    ['v2-errors-900', { kind: 'errors', rate: 1 }],
    ['v2-panic', { kind: 'panic', rate: 0.2 }],
    ['v2-panic-80', { kind: 'panic', rate: 0.8 }],
    ['v2-latency-250ms', { kind: 'latency', addMs: 250 }],
    ['v4-crash', { kind: 'crash' }],
    ['v4-crash-2', { kind: 'crash', starts: 2 }],
    ['v5-slow', { kind: 'slow' }],
    ['v6-nopull', { kind: 'nopull' }],
    ['v7-leak', { kind: 'leak' }],
    ['crash-fixed', { kind: 'good' }],
    ['nocrash', { kind: 'good' }],
    ['', { kind: 'good' }],
  ])('%s', (tag, expected) => expect(parseBehaviour(tag)).toEqual(expected));

  it.each([
    ['shop', 'latest'],
    ['shop:v1', 'v1'],
    ['registry.example:5000/team/shop', 'latest'],
    ['registry.example:5000/team/shop:v4-crash', 'v4-crash'],
    ['shop:v2@sha256:00ff', 'v2'],
    ['shop@sha256:00ff', 'latest'],
  ])('tag of %s', (image, tag) => expect(tagOf(image)).toBe(tag));

  it('prefers the variable to the tag', () => {
    expect(behaviourOf('shop:v4-crash', { PLAYGROUND_BEHAVIOR: 'good' })).toEqual({ kind: 'good' });
    expect(behaviourOf('shop:v1', { PLAYGROUND_BEHAVIOR: 'errors-5' })).toEqual({ kind: 'errors', rate: 0.05 });
  });
});
