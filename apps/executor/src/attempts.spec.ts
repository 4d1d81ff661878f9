import type { Beat } from '@alloy/ledger';
import { Attempts } from './attempts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

/**
 * Attempts whose clock, cluster and Postgres the test controls. `seconds`: the seconds that were recorded for the
 * release so far.
 */
function world() {
  const clock = { ms: 0 };
  const is = { answering: true, storing: true, probeMs: 0 };
  const recorded: Beat[] = [];
  const attempts = new Attempts({
    now: () => clock.ms, unusedMs: 15_000,
    probe: async () => {
      clock.ms += is.probeMs;
      return is.answering ? undefined : new Error('no answer');
    },
    record: async (beats) => {
      if (!is.storing) throw new Error('Postgres does not answer');
      recorded.push(...beats);
    },
  });
  /** Sends a heartbeat each second. `isWorking`: tracks the attempt before each of them. */
  const beats = async (seconds: number, isWorking = true): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      clock.ms += 1_000;
      if (isWorking) attempts.track('R1', { decision: 7, object });
      await attempts.beat().catch(() => undefined);
    }
  };
  const seconds = (releaseId = 'R1'): number =>
    recorded.filter((beat) => beat.releaseId === releaseId).reduce((sum, { fromAgoMs, toAgoMs }) => sum + fromAgoMs - toAgoMs, 0) / 1_000;
  attempts.track('R1', { decision: 7, object });
  return { attempts, clock, is, recorded, beats, seconds };
}

describe('Attempts', () => {
  it('records each second in which the process ran', async () => {
    const { beats, seconds, recorded } = world();
    await beats(10);
    expect(seconds()).toBe(10);
    expect(recorded.at(-1)).toEqual({ releaseId: 'R1', decision: 7, fromAgoMs: 1_000, toAgoMs: 0 });
  });

  it('records no second in which the process was stopped, between two heartbeats or during one', async () => {
    const { clock, is, beats, seconds } = world();
    await beats(5);
    clock.ms += 45_000;
    await beats(5);
    expect(seconds()).toBe(9);
    is.probeMs = 45_000;
    await beats(1);
    is.probeMs = 0;
    await beats(5);
    expect(seconds()).toBe(14);
  });

  it('records no second in which the cluster did not answer', async () => {
    const { is, beats, seconds } = world();
    await beats(3);
    is.answering = false;
    await beats(20);
    is.answering = true;
    await beats(3);
    expect(seconds()).toBe(6);
  });

  it('drops the time that Postgres did not store', async () => {
    const { is, beats, seconds } = world();
    await beats(3);
    is.storing = false;
    await beats(20);
    is.storing = true;
    await beats(3);
    expect(seconds()).toBe(6);
  });

  it('records nothing after the executor has left the attempt, or has not tracked it for 15 seconds', async () => {
    const { attempts, beats, seconds } = world();
    await beats(3);
    attempts.leave('R1');
    await beats(3, false);
    expect(seconds()).toBe(3);
    await beats(3);
    expect(seconds()).toBe(5);
    await beats(60, false);
    expect(seconds()).toBe(20);
  });

  it('records the time of successful writes once, and repeats it if Postgres did not store the heartbeat', async () => {
    const { attempts, clock, is, recorded } = world();
    clock.ms += 800;
    attempts.wrote('R1', 7);
    clock.ms += 200;
    is.storing = false;
    await attempts.beat().catch(() => undefined);
    is.storing = true;
    clock.ms += 1_000;
    await attempts.beat();
    expect(recorded.at(-1)).toEqual({
      releaseId: 'R1', decision: 7, fromAgoMs: 1_000, toAgoMs: 0, writing: { fromAgoMs: 2_000, toAgoMs: 1_200 },
    });
    clock.ms += 1_000;
    await attempts.beat();
    expect(recorded.at(-1)).toEqual({ releaseId: 'R1', decision: 7, fromAgoMs: 1_000, toAgoMs: 0 });
  });

  it('records no write of an earlier decision, nor of a release that it does not track', async () => {
    const { attempts, clock, recorded } = world();
    attempts.wrote('R1', 6);
    attempts.wrote('R2', 7);
    clock.ms += 1_000;
    await attempts.beat();
    expect(recorded).toEqual([{ releaseId: 'R1', decision: 7, fromAgoMs: 1_000, toAgoMs: 0 }]);
  });
});
