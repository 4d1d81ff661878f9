import { ClusterError, type Deployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { Measurement } from '@alloy/ledger';
import type { ReleaseEvent } from '@alloy/release';
import { abortedBy, after, given, happyUntil, meanwhile, pausedBy, policy, resumedBy } from '@alloy/release/testing';
import type { Workloads } from './cluster-reader';
import { Observation, type ObservationDeps } from './observation';
import { crashed, deployment, healthy, pod } from './testing/canary';

const workloads = (status: object): Workloads => ({
  stable: { deployment: deployment('web', 5), pods: [pod('web-1', healthy)] },
  canary: { deployment: deployment('web-canary', 1), pods: [pod('web-canary-1', status)] },
});

/** A canary during its analysis, whose log, cluster and clocks the test controls. */
function world(over: Partial<ObservationDeps> = {}) {
  const release = given(happyUntil('analyse'));
  const clock = { ms: 0 };
  const seen = { status: healthy as object, held: true, reachable: true, requests: 0 };
  const unreachable = () => new ClusterError('unreachable', 'GET /apis: ECONNREFUSED');
  const rows: Measurement[] = [];
  const watched: number[] = [];
  const log = {
    load: async () => ({ state: release.state, events: release.log, now: release.now }),
    append: async (_key: unknown, events: readonly ReleaseEvent[]) =>
      release.play(events.map((event) => ({ actor: { kind: 'service', id: 'watcher' }, event }))),
  };
  const deps = {
    log, isMine: () => seen.held, onDrift: () => undefined,
    onWatched: (_id: string, _decision: number, ms: number) => watched.push(ms), monotonic: () => clock.ms,
    measurements: { record: async (more: readonly Measurement[]) => void rows.push(...more), read: async () => rows },
    observedPods: { record: async () => undefined },
    reader: {
      follow: () => undefined, unfollow: () => undefined, failure: () => (seen.reachable ? undefined : unreachable()),
      workloads: async () => (seen.reachable ? workloads(seen.status) : Promise.reject(unreachable())),
      deployments: async () => ({ stable: deployment('web', 5), canary: deployment('web-canary', 1) }),
      scrape: async () => ({ kind: 'page', text: `http_requests_total{code="200"} ${(seen.requests += 10)}\n` }),
    },
    ...over,
  } as unknown as ObservationDeps;
  const observation = new Observation({ releaseId: 'R2', project: 'shop', environment: 'production' }, deps);
  /**
   * Observes, proves and judges after `seconds`. Returns the seconds observed so far by the last recorded measurement.
   */
  const turn = async (seconds: number): Promise<number | undefined> => {
    clock.ms += seconds * 1_000;
    release.play([after(seconds)]);
    const result = await observation.observe().catch(() => 'failed');
    if (result === 'observed' && observation.confirm(release.state.version)) await observation.prove(undefined);
    if (result === 'observed') await observation.judge();
    return rows.at(-1) && rows.at(-1)!.observedMs / 1_000;
  };
  const types = () => release.log.map(({ type }) => type);
  return { release, clock, seen, observation, turn, types, watched };
}

describe('Observation', () => {
  it('counts the observed time, and no pause, even one between two observations', async () => {
    const { release, clock, turn } = world();
    expect([await turn(0), await turn(1), await turn(1)]).toEqual([0, 1, 2]);
    release.play([pausedBy('ann')]);
    expect([await turn(1), await turn(1)]).toEqual([2, 2]);
    release.play([resumedBy('ann')]);
    expect([await turn(0.5), await turn(1)]).toEqual([2, 3]);
    clock.ms += 900;
    release.play([pausedBy('ann'), after(0.9), resumedBy('ann')]);
    expect([await turn(0.1), await turn(1)]).toEqual([3, 4]);
  });

  it('counts time that is confirmed and proven once a second, without an observation', async () => {
    const { release, clock, observation, turn, watched } = world();
    await turn(0);
    for (let i = 0; i < 3; i++) {
      clock.ms += 1_000;
      expect(observation.confirm(release.state.version)).toBe(true);
      await observation.prove(undefined);
    }
    expect(watched).toEqual([0, 1_000, 1_000, 1_000]);
  });

  it('counts no time if the stream has a newer version than it loaded, and needs an observation after a failed one', async () => {
    const { release, seen, observation, turn, watched } = world();
    await turn(0);
    expect(observation.confirm(release.state.version + 1)).toBe(false);
    expect(observation.needsObservation).toBe(false);
    seen.reachable = false;
    await turn(1);
    expect([observation.needsObservation, watched]).toEqual([true, [0]]);
  });

  it('counts no time while the API server does not answer, even if the watches report no failure', async () => {
    const { clock, release, observation, turn, watched } = world();
    await turn(0);
    clock.ms += 1_000;
    observation.confirm(release.state.version);
    await observation.prove(new ClusterError('unreachable', 'GET /apis: ETIMEDOUT'));
    clock.ms += 1_000;
    observation.confirm(release.state.version);
    await observation.prove(undefined);
    expect(watched).toEqual([0, 0]);
  });

  it('counts no time while the cluster is unreachable or another replica observes the release', async () => {
    const { seen, turn } = world();
    expect([await turn(0), await turn(1)]).toEqual([0, 1]);
    seen.reachable = false;
    expect([await turn(1), await turn(1)]).toEqual([1, 1]);
    seen.reachable = true;
    expect([await turn(1), await turn(1)]).toEqual([1, 2]);
    seen.held = false;
    expect([await turn(1), await turn(1)]).toEqual([2, 2]);
    seen.held = true;
    expect([await turn(0.5), await turn(1)]).toEqual([2, 3]);
  });

  it('asks to observe, and so to judge, again a release that it has lost for a moment, without any event', async () => {
    const { seen, observation } = world();
    expect([await observation.observe(), observation.isJudged, observation.needsObservation]).toEqual(['observed', true, false]);
    seen.held = false;
    expect([await observation.observe(), observation.isJudged, observation.needsObservation]).toEqual(['elsewhere', false, true]);
    seen.held = true;
    expect([await observation.observe(), observation.isJudged, observation.needsObservation]).toEqual(['observed', true, false]);
  });

  it('appends a crashed pod before it does anything else', async () => {
    const { seen, observation, types } = world({ observedPods: { record: () => Promise.reject(new Error('no database')) } });
    seen.status = crashed;
    await expect(observation.observe()).rejects.toThrow('no database');
    expect(types().slice(-2)).toEqual(['WorkloadDegraded', 'RollbackDecided']);
  });

  it('records once that it has access again, if it recorded the loss and has no other finding', async () => {
    const { clock, seen, turn, types } = world();
    await turn(0);
    seen.reachable = false;
    await turn(0);
    clock.ms += 10_000;
    await turn(0);
    seen.reachable = true;
    await turn(1);
    await turn(1);
    expect(types().slice(-2)).toEqual(['ClusterAccessFailed', 'ClusterAccessRegained']);
  });

  it('appends a verdict once, even if an observation loaded the state before the verdict', async () => {
    const { release, clock, observation, turn, types } = world();
    for (let i = 0; i < 5; i++) await turn(1);
    // This observation loads the state before the verdict is appended.
    clock.ms += 1_000;
    release.now += 1_000;
    await observation.observe();
    observation.confirm(release.state.version);
    await observation.prove(undefined);
    const judged = observation.judge();
    const observed = observation.observe();
    await Promise.all([judged, observed]);
    await observation.judge();
    expect(types().filter((type) => type === 'VerdictReached')).toHaveLength(1);
  });

  it('records no drift that only the watches show, because they may be behind', async () => {
    const behind: Workloads = { ...workloads(healthy), stable: { deployment: deployment('web', 7), pods: [pod('web-1', healthy)] } };
    const live = { stable: deployment('web', 5), canary: deployment('web-canary', 1) };
    const { turn, types } = world({ reader: { follow: () => undefined, failure: () => undefined, workloads: async () =>
      behind, deployments: async () => live, scrape: async () => ({ kind: 'none', cause: 'status' }) } } as never);
    await turn(0);
    await turn(1);
    expect(types()).not.toContain('WorkloadDrifted');
  });

  it('appends at once that another client deleted the canary, judges nothing more, and the release is rolled back', async () => {
    const live: { canary: Deployment | undefined; stable: Deployment } = {
      stable: deployment('web', 5), canary: deployment('web-canary', 1),
    };
    const watched: { canary: Workloads['canary'] } = { canary: workloads(healthy).canary };
    const { turn, types, release } = world({ reader: { follow: () => undefined, failure: () => undefined,
      workloads: async () => ({ ...workloads(healthy), ...watched }),
      deployments: async () => live, scrape: async () => ({ kind: 'none', cause: 'status' }) } } as never);
    await turn(0);
    watched.canary = { deployment: undefined, pods: [] };
    await turn(0);
    expect(types()).not.toContain('WorkloadDeleted');
    live.canary = undefined;
    await turn(0);
    expect(types().slice(-2)).toEqual(['WorkloadDeleted', 'RollbackDecided']);
    expect(release.state).toMatchObject({ rollbackReason: { code: 'canary_deleted' } });
  });

  it('appends that another client deleted the baseline of an experiment, and reads no Deployment live while it is there', async () => {
    const experiment = { ...policy, steps: [{ setWeight: 50 }, { experiment: { duration: 20 } }] };
    const release = given(meanwhile({ policy: experiment }), happyUntil('analyse'));
    const names = { stable: deployment('web', 3), canary: deployment('web-canary', 3) };
    const seen = { reads: 0, baseline: [pod('web-baseline-1', healthy)] as readonly KubeObject[] };
    const { turn } = world({
      log: { load: async () => ({ state: release.state, events: release.log, now: release.now }),
        append: async (_key: unknown, events: readonly ReleaseEvent[]) => void release.play(events) },
      reader: { follow: () => undefined, failure: () => undefined,
        workloads: async () => ({
          stable: { deployment: names.stable, pods: [] }, canary: { deployment: names.canary, pods: [] },
          ...(seen.baseline.length > 0 && { baseline: { deployment: deployment('web-baseline', 3), pods: seen.baseline } }),
        }),
        deployments: async () => (seen.reads += 1, names), scrape: async () => ({ kind: 'none', cause: 'status' }) },
    } as never);
    await turn(0);
    expect(seen.reads).toBe(0);
    seen.baseline = [];
    await turn(0);
    expect(release.state).toMatchObject({ rollbackReason: { code: 'baseline_deleted' } });
  });

  it('does not judge a canary that is being deleted', async () => {
    const reads = { scrapes: 0 };
    const deleting = { ...deployment('web-canary', 1), metadata: { name: 'web-canary', deletionTimestamp: 'now' } } as Deployment;
    const canary = { deployment: deleting, pods: [pod('web-canary-1', healthy)] };
    const { turn, types } = world({ reader: { follow: () => undefined, failure: () => undefined,
      workloads: async () => ({ ...workloads(healthy), canary }),
      deployments: async () => ({ stable: deployment('web', 5), canary: deployment('web-canary', 1) }),
      scrape: async () => { reads.scrapes += 1; return { kind: 'none', cause: 'status' }; } } } as never);
    for (let i = 0; i < 7; i++) await turn(1);
    expect([types().includes('VerdictReached'), reads.scrapes]).toEqual([false, 0]);
  });

  it('records no deletion in a cluster in which it has never seen the workload', async () => {
    const nothing = { deployment: undefined, pods: [] };
    const release = given(happyUntil('scaleCanary'));
    const { turn } = world({
      log: { load: async () => ({ state: release.state, events: release.log, now: release.now }),
        append: async (_key: unknown, events: readonly ReleaseEvent[]) => void release.play(events) },
      reader: { follow: () => undefined, failure: () => undefined, workloads: async () => ({ stable: nothing, canary: nothing }),
        deployments: async () => ({ stable: undefined, canary: undefined }) },
    } as never);
    await turn(0);
    expect(release.log.map(({ type }) => type)).not.toContain('WorkloadDeleted');
  });

  it('records drift only if no newer decision was made while it read the cluster', async () => {
    const drifted: Workloads = { ...workloads(healthy), stable: { deployment: deployment('web', 7), pods: [pod('web-1', healthy)] } };
    let meanwhile = (): void => undefined;
    const live = { stable: drifted.stable.deployment, canary: drifted.canary.deployment };
    const reader = { follow: () => undefined, failure: () => undefined, workloads: async () =>
      (meanwhile(), drifted), deployments: async () => live, scrape: async () => ({ kind: 'none', cause: 'status' }) };
    const quiet = world({ reader } as never);
    await quiet.turn(0);
    expect([quiet.types().includes('WorkloadDrifted'), quiet.observation.needsObservation]).toEqual([false, true]);
    await quiet.turn(1);
    expect(quiet.types()).toContain('WorkloadDrifted');
    const busy = world({ reader } as never);
    await busy.turn(0);
    meanwhile = () => void busy.release.play([abortedBy('ann', 'enough')]);
    await busy.turn(1);
    expect(busy.types()).toContain('RollbackDecided');
    expect(busy.types()).not.toContain('WorkloadDrifted');
  });
});
