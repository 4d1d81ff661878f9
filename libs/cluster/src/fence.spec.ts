import type { KubeObject } from '@alloy/contracts';
import { compareFences, fenceOf, formatFence, parseFence, standing, type Owner } from './fence';

const owner: Owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 3, version: 7 } };
const object = (fence: string | undefined, labels?: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', ...(labels && { labels }), ...(fence !== undefined && { annotations: { 'alloy.dev/fence': fence } }) },
});
const own = { 'alloy.dev/project': 'shop', 'alloy.dev/environment': 'production' };

describe('a fence', () => {
  it('is parsed as it was formatted, also if the name of the installation contains slashes', () => {
    for (const installation of ['alloy', 'a/b', 'a/1/2'])
      expect(parseFence(formatFence({ installation, slot: 12, version: 345 }))).toEqual({ installation, slot: 12, version: 345 });
    expect(formatFence(owner.fence)).toBe('alloy/3/7');
    expect(fenceOf(object('alloy/3/7'))).toEqual(owner.fence);
  });

  it.each([
    undefined,
    '',
    'alloy',
    'alloy/3',
    '/3/7',
    'alloy/3/',
    'alloy//7',
    'alloy/x/7',
    'alloy/3/7x',
    'alloy/3x/7',
    'alloy/-3/7',
    'alloy/3/7 ',
  ])('is not found in %j', (text) => expect(parseFence(text)).toBeUndefined());
  it('is not found on an object without annotations', () => expect(fenceOf(object(undefined))).toBeUndefined());

  it.each([
    [{ slot: 1, version: 9 }, { slot: 2, version: 1 }, -1],
    [{ slot: 2, version: 1 }, { slot: 1, version: 9 }, 1],
    [{ slot: 2, version: 1 }, { slot: 2, version: 3 }, -1],
    [{ slot: 2, version: 3 }, { slot: 2, version: 1 }, 1],
    [{ slot: 2, version: 1 }, { slot: 2, version: 1 }, 0],
  ])('is ordered by slot, then by version: %j, %j', (a, b, order) =>
    expect(Math.sign(compareFences({ installation: 'a', ...a }, { installation: 'a', ...b }))).toBe(order),
  );
});

describe('standing', () => {
  it.each([
    ['current', 'alloy/3/7', own],
    ['older', 'alloy/3/6', own],
    ['older', 'alloy/2/9', own],
    ['newer', 'alloy/3/8', own],
    ['newer', 'alloy/4/1', own],
    ['current', 'alloy/3/7', undefined],
    ['older', 'alloy/2/9', undefined],
    ['foreign', 'other/3/7', own],
    ['foreign', 'other/3/7', undefined],
    ['foreign', 'no fence', own],
    ['foreign', 'alloy/3/7', { ...own, 'alloy.dev/project': 'bank' }],
    ['foreign', 'alloy/3/7', { ...own, 'alloy.dev/environment': 'staging' }],
    ['foreign', undefined, { 'alloy.dev/project': 'bank' }],
    ['foreign', undefined, { 'alloy.dev/environment': 'staging' }],
    ['current', 'alloy/3/7', { 'alloy.dev/project': 'shop' }],
    ['current', 'alloy/3/7', { 'alloy.dev/environment': 'production' }],
    ['older', undefined, own],
    ['older', undefined, { 'alloy.dev/project': 'shop' }],
    ['unowned', undefined, { 'alloy.dev/environment': 'production' }],
    ['unowned', undefined, { app: 'web' }],
    ['unowned', undefined, undefined],
  ] as const)('is %s for an object with the fence %j and the labels %j', (expected, fence, labels) =>
    expect(standing(object(fence, labels), owner)).toBe(expected),
  );
});
