import type { StableVersion } from '@alloy/ledger';
import { rollbackTarget } from './rollback-target';

/** Newest last: a release's id, or `id<origin` for a rollback to `origin`, or `adopted`. */
const history = (...names: readonly string[]): readonly StableVersion[] =>
  names.toReversed().map((name) => {
    const [releaseId = '', rollbackOf = null] = name.split('<');
    return {
      releaseId: name === 'adopted' ? null : releaseId,
      rollbackOf,
      artifact: 'a',
      image: 'shop',
      imageTag: name,
      since: '2026-01-01T00:00:00.000Z',
      judged: name !== 'adopted',
      target: null,
    };
  });
const quiet = { running: undefined, urgentWaits: false };
const codeOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('the target of a rollback', () => {
  it.each([
    [['R1', 'R2'], 'R1'],
    [['R1', 'R2', 'R3'], 'R2'],
    [['R1', 'R2', 'R3', 'R4<R2'], 'R1'],
    [['R1', 'R2', 'R3<R1', 'R4'], 'R1'],
    [['R1', 'R2', 'R3', 'R4<R2', 'R5', 'R6<R2'], 'R1'],
    [['R1', 'R2<R1', 'R3', 'R4<R1'], 'no_earlier_version'],
    [['R1', 'R2', 'R3<R1'], 'no_earlier_version'],
    [['R1'], 'no_earlier_version'],
    [['adopted', 'R1'], 'adopted_version'],
    [[], 'no_stable_version'],
  ])('after %j is %s', (names, target) => {
    expect(codeOf(() => rollbackTarget({ versions: history(...names), ...quiet }, undefined))).toBe(target);
  });

  it('is the stable version if a release runs, which is preempted', () => {
    expect(rollbackTarget({ ...quiet, versions: history('R1', 'R2'), running: { rollbackOf: null } }, undefined)).toBe('R2');
  });

  it.each([
    ['runs', { running: { rollbackOf: 'R1' }, urgentWaits: false }],
    ['waits', { running: { rollbackOf: null }, urgentWaits: true }],
  ])('must be named while a rollback %s already', (_name, now) => {
    const versions = history('R1', 'R2');
    expect(codeOf(() => rollbackTarget({ versions, ...now }, undefined))).toBe('rollback_under_way');
    expect(rollbackTarget({ versions, ...now }, 'R2')).toBe('R2');
  });

  it('is the requested version if it was stable', () => {
    const versions = history('R1', 'R2', 'R3<R1');
    expect(rollbackTarget({ versions, ...quiet }, 'R2')).toBe('R2');
    expect(rollbackTarget({ versions, ...quiet }, 'R3')).toBe('R1');
    expect(codeOf(() => rollbackTarget({ versions, ...quiet }, 'R9'))).toBe('never_stable');
  });
});
