import type { KubeObject } from '@alloy/contracts';
import { replay, type Step } from '../../../observer/revision';
import { finished, START } from '../../judge/finished';
import type { Deployment } from '../user';
import type { FinishedRound } from '../user-run';
import { changeSeen, judgeRound, rolledBackToWhatRan } from './judge-round';

/** Time of the n-th event, which `finished` sets a second apart. */
const second = (n: number): number => START + n * 1_000;

const deployment = (tag: string, { name = 'web', env = [] as readonly object[] } = {}): Deployment => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: {
    replicas: 2,
    template: {
      metadata: { labels: { app: 'shop', 'alloy.dev/track': name === 'web' ? 'stable' : 'canary' } },
      spec: { containers: [{ name: 'web', image: `registry.example.com/shop/web:${tag}`, env }] },
    },
  },
});
const seen = (objects: ReadonlyArray<readonly [n: number, object: KubeObject]>): readonly Step[] =>
  replay(objects.map(([n, object], index) => ({ at: index + 1, type: 'stored' as const, object, seenAt: second(n) - 500 })));

type History = Parameters<typeof finished>[0];
const round = (history: History, more: Partial<FinishedRound> = {}): FinishedRound => {
  const { events, id, project } = finished(history);
  return { tag: 'v2', version: 'good', faults: [], isRenamed: false, id, project, events, ...more };
};
const broken = (one: FinishedRound, steps: readonly Step[] = []): readonly string[] =>
  judgeRound(one, steps).map(({ promise, text }) => `${promise} ${text.slice(0, 60)}`);

const canary = seen([[1, deployment('v1')], [2, deployment('v2', { name: 'web-canary' })]]);
const promoted: History = [['TargetInspected'], ['StepStarted'], ['VerdictReached'], ['ReleasePromoted']];
const crashed = { reason: { code: 'crash_loop', text: 'it crashed' } };
const rolledBack: History = [['TargetInspected'], ['StepStarted'], ['ReleaseRolledBack', crashed]];

describe('what was judged is promoted (P29)', () => {
  it('is kept if canary and workload differ only in labels of Alloy', () => {
    expect(broken(round(promoted, { after: deployment('v2') }), canary)).toEqual([]);
  });

  it('is broken by a variable that the canary did not have, by another image, and by a missing Deployment', () => {
    const added = deployment('v2', { env: [{ name: 'ADDED', value: '1' }] });
    expect(broken(round(promoted, { after: added }), canary)).toEqual([expect.stringMatching(/^P29 v2: promoted /)]);
    expect(broken(round(promoted, { after: deployment('hotfix') }), canary)).toEqual(['P29 v2: ended as promoted, and hotfix runs']);
    expect(broken(round(promoted), canary)).toEqual(['P29 v2: ended as promoted, and there is no Deployment']);
  });

  it('is not judged if a user writes at the time of the end', () => {
    const doneDuring = { from: second(4), to: second(4), isDone: true };
    expect(broken(round(promoted, { after: deployment('hotfix'), doneDuring }), canary)).toEqual([]);
  });
});

describe('no bad version is promoted (P30)', () => {
  it('is broken by a version with errors after its analysis, and by a stuck release', () => {
    const after = deployment('v2');
    expect(broken(round(promoted, { version: 'errors-50', after }), canary)).toEqual(['P30 v2: a version that is errors-50 was promoted']);
    expect(broken(round([['ReleaseStuck', {}]], { version: 'crash' }))).toEqual([expect.stringMatching(/^P30 v2: is stuck/)]);
  });

  it('is kept by a first release with errors, which has no analysis, but not by one that crashes', () => {
    const after = deployment('v2');
    const first: History = [['TargetInspected'], ['StepStarted'], ['ReleasePromoted']];
    expect(broken(round(first, { version: 'errors-50', after }))).toEqual([]);
    expect(broken(round(first, { version: 'crash', after }))).toEqual(['P30 v2: a version that is crash was promoted']);
  });
});

describe('what runs is not confused with what is remembered (P31)', () => {
  const crash = { version: 'crash' as const };
  const undone = seen([[0, deployment('v2')], [0, deployment('v1')]]);

  it('is kept if a rollback leads to what ran before the release, or to what a user has set during it', () => {
    expect(broken(round(rolledBack, { ...crash, after: deployment('v1') }), undone)).toEqual([]);
    const doneDuring = { from: second(2), to: second(2), isDone: true, wrote: deployment('hotfix') };
    expect(broken(round(rolledBack, { ...crash, after: deployment('hotfix'), doneDuring }), undone)).toEqual([]);
  });

  it('is broken by a rollback to a version that a user had removed', () => {
    expect(broken(round(rolledBack, { ...crash, after: deployment('v2') }), undone)).toEqual([expect.stringMatching(/^P31 v2: rolled back to /)]);
  });

  it('is kept by a rollback to the version before if the pods of what ran cannot start', () => {
    const cannot: History = [['TargetInspected', { unstartable: [{ kind: 'Secret', name: 'gone' }] }], ...rolledBack.slice(1)];
    const earlier = [round(promoted, { after: deployment('v2') })];
    const one = (tag: string): readonly unknown[] =>
      rolledBackToWhatRan(round(cannot, { ...crash, after: deployment(tag) }), undone, earlier);
    expect([one('v2'), one('v1')]).toEqual([[], [expect.stringMatching(/^rolled back to /)]]);
  });

  it('is broken by a rollback after which there is no Deployment, unless a user has deleted it', () => {
    expect(broken(round(rolledBack, crash), undone)).toEqual(['P31 v2: rolled back, and there is no Deployment']);
    const doneDuring = { from: second(2), to: second(2), isDone: true };
    const during = { act: 'deleteDeployment', step: 'analyse' } as const;
    expect(broken(round(rolledBack, { ...crash, during, doneDuring }), undone)).toEqual([]);
  });

  it('requires that the inspection finds a change if and only if a user has made one', () => {
    const ran = (more: Partial<FinishedRound> = {}): FinishedRound => round(promoted, { tag: 'v1', after: deployment('v1'), ...more });
    const inspected = (data: object): History => [['TargetInspected', data], ['ReleaseRejected', {}]];
    const found = (data: object, steps: readonly Step[], last = ran()): readonly string[] =>
      changeSeen(round(inspected(data), { version: 'invalid' }), steps, [last]);
    const [same, other] = [seen([[0, deployment('v1')]]), seen([[0, deployment('hotfix')]])];
    const [matches, differs] = [{ exists: true, live: { matches: true } }, { exists: true, live: { matches: false } }];
    expect([found(matches, same), found(differs, other), found({ exists: false }, [])]).toEqual([[], [], []]);
    expect(found(matches, other)).toEqual([expect.stringMatching(/^a user changed what ran \(hotfix\)/)]);
    expect(found(differs, same)).toEqual([expect.stringMatching(/^no user changed what ran \(v1\)/)]);
    expect(found({ exists: true }, same)).toHaveLength(1);
    expect(found(matches, [])).toEqual(['the inspection found a Deployment']);
    expect(found(matches, other, ran({ doneDuring: { from: 0, to: 0, isDone: true } }))).toEqual([]);
  });

  it('is broken by a good release that is not promoted, unless a user acts during it or runs a renamed Deployment', () => {
    const after = deployment('v1');
    expect(broken(round(rolledBack, { after }), undone)).toEqual([expect.stringMatching(/^P31 v2: ended as ReleaseRolledBack/)]);
    expect(broken(round(rolledBack, { after, doneDuring: { from: 0, to: 0, isDone: true } }), undone)).toEqual([]);
    expect(broken(round([['ReleaseRejected', {}]], { isRenamed: true }))).toEqual([]);
    expect(broken(round(promoted, { isRenamed: true, after: deployment('v2') }), canary)).toHaveLength(1);
  });
});

describe('refusals are early (P32)', () => {
  const refusal = { reason: { code: 'invalid_object', text: 'refused' } };
  const doneDuring = { from: 0, to: 0, isDone: true };

  it('is kept by a rejection before the first step', () => {
    expect(broken(round([['TargetInspected', {}], ['ReleaseRejected', refusal]], { version: 'invalid' }))).toEqual([]);
  });

  it('is broken by an invalid version that ends otherwise, and by a refusal after the first step', () => {
    expect(broken(round(rolledBack, { version: 'invalid', after: deployment('v1') }), seen([[0, deployment('v1')]]))).toEqual([
      expect.stringMatching(/^P32 v2: an invalid object: ended as ReleaseRolledBack/),
    ]);
    const late: History = [['TargetInspected'], ['StepStarted'], ['RollbackDecided', refusal], ['ReleaseRolledBack', refusal]];
    expect(broken(round(late, { doneDuring, after: deployment('v1') }), seen([[0, deployment('v1')]]))).toEqual([expect.stringMatching(/^P32 v2: was refused after its first step/)]);
    expect(broken(round([['StepStarted'], ['ReleaseRejected', refusal]], { doneDuring }))).toEqual([
      'P32 v2: was rejected after its first step',
    ]);
  });
});
