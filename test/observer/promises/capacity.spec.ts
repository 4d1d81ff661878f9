import { Film } from '../film';
import { halfOfFive } from '../histories';
import { whose } from '../whose';
import { checkCapacity } from './capacity';

const judge = (film: Film) => checkCapacity({ steps: film.steps, isAlloys: whose(undefined), history: halfOfFive, workload: 'web' });
const texts = (film: Film): readonly string[] => judge(film).violations.map(({ text }) => text);
const planned = 'alloy/7/1';
const shifting = 'alloy/7/2';
const promoting = 'alloy/7/3';
const back = 'alloy/7/4';

/** Five stable pods and three of the canary, all ready. */
const atHalf = (): Film => new Film().running('web', 5, { fence: planned }).running('web-canary', 3, { fence: planned });

describe('P1', () => {
  it('allows stable to shrink to its share after the canary is ready for the rest', () => {
    const film = atHalf()
      .deployment('web', 3, { fence: shifting })
      .replicaSet('web', 3)
      .pod('web', 'web-4', { going: true })
      .pod('web', 'web-3', { going: true });
    expect(judge(film)).toEqual({ violations: [], judged: 3 });
  });

  it('finds stable shrunk before the canary is ready', () => {
    const film = new Film()
      .running('web', 5, { fence: planned })
      .running('web-canary', 1, { fence: planned })
      .deployment('web', 3, { fence: shifting });
    expect(texts(film)).toEqual(['a write for release release-1 leaves 4 ready pods of both tracks, 5 are needed']);
  });

  it('finds stable shrunk below its share, for any number of canary pods', () => {
    const film = new Film()
      .running('web', 5, { fence: planned })
      .running('web-canary', 5, { fence: planned })
      .deployment('web', 2, { fence: shifting });
    expect(texts(film)).toEqual(['a write for release release-1 leaves 2 ready stable pods, 3 are needed']);
  });

  it('finds a canary that is deleted while stable is small', () => {
    const film = new Film().running('web', 3, { fence: back }).running('web-canary', 3, { fence: back }).delete('Deployment', 'web-canary');
    expect(texts(film)).toEqual(['a write for release release-1 leaves 3 ready pods of both tracks, 5 are needed']);
  });

  it('finds a new template that may remove pods before others are ready', () => {
    const film = new Film()
      .running('web', 5, { fence: planned })
      .deployment('web', 5, { fence: promoting, image: 'v2', maxUnavailable: 1 });
    expect(texts(film)).toEqual(['a write for release release-1 leaves 4 ready pods of both tracks, 5 are needed']);
  });

  it('takes the same template with its keys in another order for no new one', () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } };
    const template = { spec: { containers: [{ image: 'v1', name: 'web' }] } };
    const film = new Film()
      .running('web', 5, { fence: planned })
      .put('Deployment', 'web', { spec: { replicas: 5, strategy, template } }, { by: 'alloy', fence: promoting });
    expect(judge(film)).toEqual({ violations: [], judged: 0 });
  });

  it('finds pods that are removed too early because of a write that looked safe', () => {
    const film = new Film()
      .running('web', 5, { fence: planned })
      .deployment('web', 5, { fence: promoting, image: 'v2' })
      .replicaSet('web', 4)
      .pod('web', 'web-4', { going: true });
    expect(texts(film)).toEqual(['a write for release release-1 leaves 4 ready pods of both tracks in the end, 5 are needed']);
  });

  it('does not count failed pods as removed, but allows no further removal', () => {
    const failed = atHalf()
      .pod('web-canary', 'web-canary-0', { ready: false })
      .pod('web-canary', 'web-canary-1', { ready: false })
      .pod('web-canary', 'web-canary-2', { ready: false });
    expect(judge(failed).violations).toEqual([]);
    expect(texts(failed.deployment('web', 4, { fence: back }))).toContain(
      'a write for release release-1 leaves 4 ready pods of both tracks, 5 are needed',
    );
  });

  it('does not count a pod that fails after the write against the write', () => {
    const film = atHalf().deployment('web', 3, { fence: shifting }).replicaSet('web', 3);
    for (const canary of ['web-canary-0', 'web-canary-1', 'web-canary-2']) film.pod('web-canary', canary, { ready: false });
    expect(judge(film.pod('web', 'web-4', { going: true }).pod('web', 'web-3', { going: true })).violations).toEqual([]);
  });

  it('does not count a pod that fails between the live read and the write, but counts one that had failed before', () => {
    const film = atHalf();
    const readAt = film.steps.length;
    for (const canary of ['web-canary-0', 'web-canary-1', 'web-canary-2']) film.pod('web-canary', canary, { ready: false });
    const failedAt = film.steps.length;
    film
      .deployment('web', 3, { fence: shifting })
      .replicaSet('web', 3)
      .pod('web', 'web-4', { going: true })
      .pod('web', 'web-3', { going: true });
    const found = (at: number | undefined) =>
      checkCapacity({
        steps: film.steps,
        isAlloys: whose(undefined),
        readBefore: () => at,
        history: halfOfFive,
        workload: 'web',
      }).violations.map(({ text }) => text);
    expect(found(readAt)).toEqual([]);
    for (const at of [failedAt, undefined])
      expect(found(at)).toContain('a write for release release-1 leaves 3 ready pods of both tracks, 5 are needed');
  });

  it('does not require the additional pod that a rollout has temporarily', () => {
    const surged = new Film().running('web', 3, { fence: promoting }).running('web-canary', 3, { fence: planned }).pod('web', 'web-3');
    expect(judge(surged.deployment('web', 3, { fence: back, image: 'v0' }))).toEqual({ violations: [], judged: 1 });
    expect(texts(surged.deployment('web', 2, { fence: back }))).toContain(
      'a write for release release-1 leaves 2 ready stable pods, 3 are needed',
    );
  });

  it('counts a rolling update that may remove more old pods, less the new ones that are ready', () => {
    const spec = (maxUnavailable: string) => ({
      replicas: 5, minReadySeconds: 2 ** 31 - 2, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable } },
      template: { metadata: { labels: { 'alloy.dev/release': 'R2' } }, spec: { containers: [{ name: 'web', image: 'v2' }] } },
    });
    const raised = (isReady: boolean): Film => {
      const film = new Film().running('web', 5, { fence: planned });
      film.put('Deployment', 'web', { spec: spec('0%') }, { by: 'alloy', fence: planned });
      const ownerReferences = [{ kind: 'ReplicaSet', name: 'web-1', uid: 'uid-ReplicaSet/web-1', controller: true }];
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] };
      film.put('Pod', 'web-new', { status }, { metadata: { labels: { 'alloy.dev/release': 'R2' }, ownerReferences } });
      return film.put('Deployment', 'web', { spec: spec('20%') }, { by: 'alloy', fence: planned });
    };
    expect(judge(raised(true))).toEqual({ violations: [], judged: 2 });
    expect(texts(raised(false))).toContain('a write for release release-1 leaves 4 ready pods of both tracks, 5 are needed');
  });

  it('counts the pods that an update replaces, and not those of its own version, which only an earlier write can take away', () => {
    const spec = { replicas: 5, template: { metadata: { labels: { 'alloy.dev/release': 'R2' } }, spec: { containers: [] } } };
    const ownerReferences = [{ kind: 'ReplicaSet', name: 'web-1', uid: 'uid-ReplicaSet/web-1', controller: true }];
    const lost = (release: string): Film => {
      const film = new Film().running('web', 4, { fence: planned }).deployment('web', 5, { fence: planned }).replicaSet('web', 4);
      const metadata = { labels: { 'alloy.dev/release': release }, ownerReferences };
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      film.put('Pod', 'web-9', { status }, { metadata }).put('Deployment', 'web', { spec }, { by: 'alloy', fence: promoting });
      return film.put('Pod', 'web-9', { status }, { metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    };
    const inTheEnd = 'a write for release release-1 leaves 4 ready pods of both tracks in the end, 5 are needed';
    expect([texts(lost('R1')).includes(inTheEnd), texts(lost('R2')).includes(inTheEnd)]).toEqual([true, false]);
  });

  it('counts a pod of the version that a rollback restores against the update before it, unless another client has made that', () => {
    const spec = (release: string, replicas = 5) =>
      ({ replicas, template: { metadata: { labels: { 'alloy.dev/release': release } }, spec: { containers: [] } } });
    const ownerReferences = [{ kind: 'ReplicaSet', name: 'web-1', uid: 'uid-ReplicaSet/web-1', controller: true }];
    const metadata = { labels: { 'alloy.dev/release': 'R1' }, ownerReferences };
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    const before = (): Film =>
      new Film().running('web', 4, { fence: planned }).put('Deployment', 'web', { spec: spec('R1') }, { by: 'alloy', fence: planned })
        .put('Pod', 'web-9', { status }, { metadata });
    const going = { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    const lost = (film: Film): readonly string[] =>
      texts(film.replicaSet('web', 4).put('Pod', 'web-9', { status }, { metadata: going }));
    const restored = (by: string): Film =>
      before().put('Deployment', 'web', { spec: spec('R2') }, { by, fence: promoting })
        .put('Deployment', 'web', { spec: spec('R1') }, { by: 'alloy', fence: back });
    const shrunk = before().put('Deployment', 'web', { spec: spec('R1', 4) }, { by: 'alloy', fence: back });
    const inTheEnd = 'a write for release release-1 leaves 4 ready pods of both tracks in the end, 5 are needed';
    expect([lost(restored('alloy')), lost(restored('kubectl')), lost(shrunk)].map((found) => found.includes(inTheEnd)))
      .toEqual([true, false, true]);
  });

  it('ignores changes of other clients', () => {
    const scaled = new Film()
      .running('web', 5, { fence: planned })
      .deployment('web', 1, { by: 'kubectl' })
      .replicaSet('web', 1)
      .pod('web', 'web-4', { going: true });
    expect(judge(scaled)).toEqual({ violations: [], judged: 0 });
    const scaledIn = atHalf().deployment('web', 4, { by: 'hpa' }).replicaSet('web', 4).delete('Pod', 'web-4');
    expect(texts(scaledIn.deployment('web-canary', 0, { fence: back }))).toEqual([]);
    expect(texts(scaledIn.deployment('web', 3, { fence: back }))).toEqual([
      'a write for release release-1 leaves 3 ready stable pods, 4 are needed',
    ]);
    // An autoscaler, before the release has written to `web`.
    const older = new Film().running('web', 5, { fence: 'alloy/0/1' }).running('web-canary', 3, { fence: planned });
    const scaledByHpa = older
      .deployment('web', 2, { by: 'hpa' })
      .replicaSet('web', 2)
      .delete('Pod', 'web-4')
      .delete('Pod', 'web-3')
      .delete('Pod', 'web-2');
    expect(texts(scaledByHpa.deployment('web-canary', 1, { fence: planned }))).toEqual([]);
    const deletedByUser = new Film()
      .running('web', 5)
      .deployment('web', 5, { fence: promoting, image: 'v2' })
      .pod('web', 'web-4', { going: true });
    expect(judge(deletedByUser).violations).toEqual([]);
  });
});
