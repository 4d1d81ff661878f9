import { releaseStream } from '@alloy/contracts';
import { startNats, type Nats } from '@alloy/embedded';
import { bootstrap, createLedger, isEnded, type Ledger, type ReleaseKey } from '@alloy/ledger';
import { isRunning, type ReleaseEvent, type State } from '@alloy/release';
import { happyFacts, inspected, nothingRuns, policy, request } from '@alloy/release/testing';
import { nodeActor, parseConfig, startService, type RunningService } from '@alloy/service';
import { connectNats, JetStreamPublisher } from '@alloy/transport';
import { mkdtempSync, rmSync } from 'node:fs';
import { Writable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { plannerConfig } from './config';
import { PlannerModule, plannerStrategy } from './planner.module';

const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
const executor = { expected: 'any' as const, actor: nodeActor('executor') };

describe('planner, on a real Postgres and a real nats-server', () => {
  const dir = mkdtempSync(join(tmpdir(), 'alloy-planner-'));
  const planners: RunningService[] = [];
  let nats: Nats;
  let database: TestDatabase;
  let ledger: Ledger;

  const startPlanner = async (resyncSeconds = 300): Promise<RunningService> => {
    const env = {
      PORT: '0',
      DATABASE_URL: database.roleUrl('alloy_planner'),
      NATS_URL: nats.url,
      SWEEP_SECONDS: String(resyncSeconds),
      LOG_LEVEL: 'warn',
    };
    const service = await startService({
      name: 'planner',
      config: () => parseConfig(plannerConfig, env),
      module: (c) => PlannerModule.with(c),
      strategy: plannerStrategy,
      destination: silent,
    });
    planners.push(service);
    return service;
  };

  /** Applies from the next release on; the default is for a hanging write. */
  const deadlines = (progressDeadline: number) =>
    bootstrap({ databaseUrl: database.url, user: 'demo', project: 'shop', policy: { ...policy, progressDeadline } });

  beforeAll(async () => {
    nats = await startNats({ dir: join(dir, 'nats') });
  });
  beforeEach(async () => {
    database = await createDatabase();
    await deadlines(120);
    ledger = createLedger({ databaseUrl: database.url, name: 'test' });
  });
  afterEach(async () => {
    await Promise.all(planners.splice(0).map((service) => service.close()));
    await ledger.close();
    await database.drop();
  });
  afterAll(async () => {
    await nats.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const key = (releaseId: string): ReleaseKey => ({ releaseId, project: 'shop', environment: 'production' });
  const ask = (releaseId: string): Promise<unknown> =>
    ledger.log.append(key(releaseId), [{ type: 'ReleaseRequested', data: { ...request, strategy: 'rollout' } }], {
      expected: 0,
      actor: { kind: 'ci', id: 'demo' },
      causationId: null,
    });
  const stateOf = async (releaseId: string): Promise<State> => (await ledger.log.load(releaseId)).state;
  const types = async (releaseId: string): Promise<string[]> => (await ledger.store.read(releaseStream(releaseId))).map(({ type }) => type);
  const reaches = (releaseId: string, status: State['status']) =>
    eventually(async () => expect((await stateOf(releaseId)).status).toBe(status), { timeoutMs: 60_000 });

  /** Appends what executor and watcher would append after each new decision. */
  const play = async (releaseId: string): Promise<void> => {
    for (let acted = -1; ; ) {
      const state = await eventually(async () => {
        const now = await stateOf(releaseId);
        expect(isEnded(now.status) || now.version !== acted).toBe(true);
        return now;
      });
      if (isEnded(state.status)) return;
      const facts = factsFor(state);
      if (facts.length > 0) await ledger.log.append(key(releaseId), facts, executor);
      acted = (await stateOf(releaseId)).version > state.version + facts.length ? -1 : state.version + facts.length;
    }
  };
  const factsFor = (state: State): readonly ReleaseEvent[] => {
    if (state.status === 'gated' && state.inspection === null) return [inspected(nothingRuns)];
    if (!isRunning(state) || state.current === null || state.current.effectDone) return [];
    return happyFacts(state).flatMap((fact) => (typeof fact === 'function' ? [fact(state)] : []));
  };

  it('decides a rollout from request to promotion by triggers alone', async () => {
    const service = await startPlanner();
    await ask('R1');
    await play('R1');
    expect(await types('R1')).toEqual([
      'ReleaseRequested', 'GateOpened', 'TargetInspected', 'ReleasePlanned', 'StepStarted', 'ManifestsApplied',
      'StepCompleted', 'PromotionDecided', 'StepStarted', 'WorkloadScaled', 'WorkloadBecameReady', 'StepCompleted',
      'StepStarted', 'ManifestsApplied', 'StepCompleted', 'ReleasePromoted',
    ]);
    expect(await ledger.stable.current('shop', 'production')).toMatchObject({ releaseId: 'R1' });
    const metrics = async () => (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
    // Counted once the planner knows that the append succeeded.
    await eventually(async () => expect(await metrics()).toContain('alloy_decisions_total{type="ReleasePromoted"} 1'));
    expect(await metrics()).toMatch(/alloy_relay_lag \d/);
    expect((await fetch(`http://127.0.0.1:${service.port}/readyz`)).status).toBe(200);
  });

  it('makes each decision once with several planners, and admits the next release when one ends', async () => {
    await Promise.all([startPlanner(0.1), startPlanner(0.1)]);
    await ask('R1');
    await reaches('R1', 'gated');
    await ask('R2');
    await reaches('R2', 'queued');
    await Promise.all([play('R1'), play('R2')]);
    for (const release of ['R1', 'R2']) {
      const decided = await types(release);
      expect(decided.filter((type) => type === 'ReleasePlanned')).toHaveLength(1);
      expect(decided.filter((type) => type === 'StepStarted')).toHaveLength(3);
      expect(decided.at(-1)).toBe('ReleasePromoted');
    }
  });

  it('works without triggers, by resync', async () => {
    await ask('R1');
    await startPlanner(0.2);
    await reaches('R1', 'gated');
  });

  it('acknowledges triggers while the database is unavailable, and dead-letters none', async () => {
    const service = await startPlanner(1);
    await ask('R1');
    await reaches('R1', 'gated');
    const connection = await connectNats({ url: nats.url, name: 'test' });
    const publisher = new JetStreamPublisher(connection);
    const messages = async (outcome: string): Promise<number> =>
      Number(
        new RegExp(`alloy_messages_total\\{outcome="${outcome}"\\} (\\d+)`).exec(
          await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text(),
        )?.[1] ?? 0,
      );
    await database.leave();
    for (let n = 0; n < 40; n += 1)
      await publisher.publish({
        id: `away-${n}`,
        family: 'finding',
        type: 'WorkloadBecameReady',
        stream: releaseStream('R1'),
        version: n + 1,
      });
    await eventually(async () => expect(await messages('left')).toBeGreaterThanOrEqual(1), { timeoutMs: 60_000 });
    await connection.close();
    await database.comeBack();
    await play('R1');
    expect(await ledger.stable.current('shop', 'production')).toMatchObject({ releaseId: 'R1' });
    expect(await messages('deadLettered')).toBe(0);
  });

  /** Heartbeats of an executor that is active on the current attempt, until `until` holds. */
  const atWork = (releaseId: string, until: State['status']) => eventually(async () => {
    const state = await stateOf(releaseId);
    if (isRunning(state) && state.current)
      await ledger.heartbeats.record('executor', [{ releaseId, decision: state.current.ref.decision, fromAgoMs: 500, toAgoMs: 0 }]);
    expect(state.status).toBe(until);
  }, { timeoutMs: 60_000, everyMs: 250 });

  it('rolls a release back at its deadline by the timer, not by the resync, and not while the executor is absent', async () => {
    await deadlines(8);
    await startPlanner();
    await ask('R1');
    await reaches('R1', 'gated');
    await ledger.log.append(key('R1'), [inspected(nothingRuns)], executor);
    await reaches('R1', 'releasing');
    const since = await ledger.store.now();
    await eventually(async () => expect((await ledger.store.now()) - since).toBeGreaterThan(10_000), { everyMs: 250 });
    expect((await stateOf('R1')).status).toBe('releasing');
    await atWork('R1', 'rollingBack');
    expect((await types('R1')).slice(-2)).toEqual(['StepStarted', 'RollbackDecided']);
    expect((await ledger.store.read(releaseStream('R1'))).at(-1)!.data).toMatchObject({
      reason: { code: 'progress_deadline' },
      absence: { of: ['executor'], seconds: expect.any(Number) },
    });
  });

  it('continues after NATS has lost its store', async () => {
    await startPlanner();
    await ask('R1');
    await reaches('R1', 'gated');
    const { port } = nats;
    process.kill(nats.pid, 'SIGKILL');
    await nats.stop();
    rmSync(join(dir, 'nats', 'store'), { recursive: true, force: true });
    await ledger.log.append(key('R1'), [inspected(nothingRuns)], executor);
    nats = await startNats({ dir: join(dir, 'nats'), port });
    await reaches('R1', 'releasing');
  });
});
