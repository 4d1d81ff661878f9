import { firstOf, refOf, versionOf, waitFor } from './write';

describe('the parts of a write', () => {
  it('refOf returns the reference of the object, and versionOf the version that was read', () => {
    const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop', resourceVersion: '7', labels: {} } };
    expect(refOf(object)).toStrictEqual({ apiVersion: 'v1', kind: 'Service', name: 'web', namespace: 'shop' });
    expect(refOf({ ...object, metadata: { name: 'web' } })).toStrictEqual({ apiVersion: 'v1', kind: 'Service', name: 'web' });
    expect([versionOf(object), versionOf({ ...object, metadata: { name: 'web' } })]).toEqual(['7', '']);
  });

  it('waitFor returns a wait with or without a maximum', () =>
    expect([waitFor('pods_gone'), waitFor('pods_drained', 0)]).toStrictEqual([
      { kind: 'wait', for: 'pods_gone' },
      { kind: 'wait', for: 'pods_drained', seconds: 0 },
    ]));

  it('firstOf returns the first result of a check, and does not run later checks', () => {
    const asked: number[] = [];
    const check = (n: number, returns: boolean) => () => (asked.push(n), returns ? waitFor('pods_gone') : undefined);
    expect(firstOf(check(1, false), check(2, true), check(3, true))).toEqual(waitFor('pods_gone'));
    expect(asked).toEqual([1, 2]);
    expect(firstOf(check(1, false))).toBeUndefined();
    expect(firstOf()).toBeUndefined();
  });
});
