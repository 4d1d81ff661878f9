import { firstOf, refOf, versionOf, waitFor } from './write';

describe('what a write names', () => {
  it('is the object, with its namespace if it has one, and the version that was read', () => {
    const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop', resourceVersion: '7', labels: {} } };
    expect(refOf(object)).toStrictEqual({ apiVersion: 'v1', kind: 'Service', name: 'web', namespace: 'shop' });
    expect(refOf({ ...object, metadata: { name: 'web' } })).toStrictEqual({ apiVersion: 'v1', kind: 'Service', name: 'web' });
    expect([versionOf(object), versionOf({ ...object, metadata: { name: 'web' } })]).toEqual(['7', '']);
  });

  it('may be waited for, for ever or for so long', () => expect([waitFor('pods_gone'), waitFor('pods_drained', 0)]).toStrictEqual([{ kind: 'wait', for: 'pods_gone' }, { kind: 'wait', for: 'pods_drained', seconds: 0 }]));

  it('is the first that a check asks for; later checks are not asked', () => {
    const asked: number[] = [];
    const check = (n: number, isIt: boolean) => () => (asked.push(n), isIt ? waitFor('pods_gone') : undefined);
    expect(firstOf(check(1, false), check(2, true), check(3, true))).toEqual(waitFor('pods_gone'));
    expect(asked).toEqual([1, 2]);
    expect(firstOf(check(1, false))).toBeUndefined();
    expect(firstOf()).toBeUndefined();
  });
});
