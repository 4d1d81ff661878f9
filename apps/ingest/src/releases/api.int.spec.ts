import { Projector } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { createLedger } from '@alloy/ledger';
import type { ReleaseEvent } from '@alloy/release';
import { body } from '../testing/deploy-body';
import { startTestIngest, OTHER_TOKEN, type TestIngest } from '../testing/test-ingest';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

/** Every open transaction of the server, also of other tests, delays the order of events. */
function waitForOrder(projector: Projector): void {
  const caughtUp = projector.caughtUp.bind(projector);
  jest.spyOn(projector, 'caughtUp').mockImplementation((view) => caughtUp(view, 60_000));
}

describe('the API', () => {
  it('shows a release before it is planned', async () => {
    const { json } = await ingest.deploy(body({ strategy: 'auto' }));
    expect(await ingest.call(`/api/v1/releases/${json.release_id}`)).toMatchObject({
      status: 200,
      json: {
        id: json.release_id, project: 'shop', environment: 'production', status: 'requested', requestedStrategy: 'auto',
        strategy: null, plan: null, step: null, image: 'r.example:5000/shop/web', imageTag: 'v1', commitSha: 'abc123',
        weights: null,
        verdicts: [],
        stable: null,
        reason: null,
        times: { plannedAt: null, endedAt: null },
      },
    });
  });

  it('shows the pods as the watcher last observed them', async () => {
    const { json } = await ingest.deploy(body());
    const path = `/api/v1/releases/${json.release_id}/pods`;
    expect(await ingest.call(path)).toMatchObject({ status: 200, json: { items: [], observedAt: null } });
    const watcher = createLedger({ databaseUrl: ingest.database.roleUrl('alloy_watcher') });
    const pod = {
      track: 'canary' as const,
      name: 'web-canary-1',
      phase: 'Running',
      ready: true,
      restarts: 0,
      startedAt: '2026-01-01T00:00:00Z',
      reason: null,
    };
    await watcher.observedPods.record(json.release_id, [pod]);
    await watcher.close();
    expect((await ingest.call(path)).json).toEqual({ items: [pod], observedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(await ingest.call('/api/v1/releases/01NONE/pods')).toMatchObject({ status: 404, json: { code: 'unknown_release' } });
    expect(await ingest.call(path, { token: OTHER_TOKEN })).toMatchObject({ status: 403 });
  });

  it('returns the events page by page', async () => {
    const { json } = await ingest.deploy(body());
    await ingest.post(`/api/v1/releases/${json.release_id}/abort`, { reason: 'a test' });
    const first = await ingest.call(`/api/v1/releases/${json.release_id}/events?limit=1`);
    expect(first.json).toMatchObject({ items: [{ type: 'ReleaseRequested', version: 1 }], nextCursor: '1' });
    const second = await ingest.call(`/api/v1/releases/${json.release_id}/events?limit=1&cursor=${first.json.nextCursor}`);
    expect(second.json).toMatchObject({
      items: [{ type: 'AbortRequested', data: { reason: 'a test' }, actor: { kind: 'user', id: 'demo' } }],
      nextCursor: null,
    });
    expect(await ingest.call(`/api/v1/releases/${json.release_id}/events?limit=0`)).toMatchObject({
      status: 422,
      json: { pointer: '/limit' },
    });
  });

  it('accepts an abort with and without a reason, and refuses it after the release has ended', async () => {
    const { json } = await ingest.deploy(body());
    const path = `/api/v1/releases/${json.release_id}/abort`;
    expect(await ingest.call(path, { method: 'POST' })).toMatchObject({ status: 202, json: { id: json.release_id } });
    expect(await ingest.post(path, { because: 'x' })).toMatchObject({ status: 422, json: { code: 'unknown_key' } });
    const planner = createLedger({ databaseUrl: ingest.database.roleUrl('alloy_planner') });
    const { state } = await planner.log.load(json.release_id);
    const reason = { code: 'aborted' as const, rule: 'test', text: 'aborted', evidence: {} };
    await planner.log.append(state, [{ type: 'ReleaseAborted', data: { reason } }], {
      expected: state.version,
      actor: { kind: 'service', id: 'planner' },
    });
    await planner.close();
    expect(await ingest.post(path, {})).toMatchObject({ status: 409, json: { code: 'too_late' } });
    expect(await ingest.call(`/api/v1/releases/${json.release_id}`)).toMatchObject({
      json: { status: 'aborted', reason: { text: 'aborted' } },
    });
  });

  it('shows the plan, the step, the new stable version, and the history', async () => {
    const { json } = await ingest.deploy(body({ strategy: 'rollout' }));
    const id = json.release_id as string;
    const planner = createLedger({ databaseUrl: ingest.database.roleUrl('alloy_planner') });
    const relay = runningRelay(planner.pool);
    waitForOrder(ingest.app.get(Projector));
    const decide = async (...events: ReleaseEvent[]) => {
      const { state } = await planner.log.load(id);
      await planner.log.append({ releaseId: id, project: 'shop', environment: 'production' }, events, {
        expected: state.version,
        actor: { kind: 'service', id: 'planner' },
      });
    };
    const reason = { code: 'first_release' as const, rule: 'test', text: 'the first release', evidence: {} };
    const spec = { kind: 'promote' as const, target: { cluster: 'default', namespace: 'shop' }, deadline: 60, replicas: 5 };
    try {
      const { policy } = (await planner.policies.find('shop', 'production'))!;
      await decide(
        {
          type: 'ReleasePlanned',
          data: {
            plan: { strategy: 'rollout', router: 'podRatio', replicas: 5, steps: [spec] },
            policy,
            slotCounter: 1,
            stable: null,
            reason,
          },
        },
        { type: 'PromotionDecided', data: { reason } },
        { type: 'StepStarted', data: { step: 0, attempt: 1, decision: 4, spec } },
      );
      expect((await ingest.call(`/api/v1/releases/${id}`)).json).toMatchObject({
        status: 'promoting', requestedStrategy: 'rollout', strategy: 'rollout',
        plan: { replicas: 5, steps: [{ kind: 'promote' }] },
        step: { index: 0, of: 1, kind: 'promote', attempt: 1, startedAt: expect.any(String) },
        weights: { reached: null },
        times: { plannedAt: expect.any(String), endedAt: null },
      });
      expect((await ingest.call('/api/v1/releases?limit=1')).json.items).toMatchObject([{ id, status: 'promoting', strategy: 'rollout' }]);
      await decide({ type: 'ReleasePromoted', data: { reason } });
      expect((await ingest.call('/api/v1/projects/shop/stable')).json).toMatchObject({
        project: 'shop', environment: 'production', releaseId: id, imageTag: 'v1',
      });
      const { json: page } = await ingest.call('/api/v1/projects/shop/history?limit=1');
      expect(page).toMatchObject({
        items: [{ id, status: 'promoted', strategy: 'rollout', reason: { code: 'first_release' } }],
        nextCursor: expect.any(String),
      });
      const next = await ingest.call(`/api/v1/projects/shop/history?limit=1000&cursor=${page.nextCursor}`);
      expect(next.json.items.map((item: { id: string }) => item.id)).not.toContain(id);
      expect(next.json.nextCursor).toBeNull();
    } finally {
      await relay.stop();
      await planner.close();
    }
  });

  it.each(['/api/v1/releases/01UNKNOWN', '/api/v1/releases/01UNKNOWN/events', '/api/v1/nothing', '/api/v1/projects/shop/stable/'])(
    'answers 404 for %s',
    async (path) => {
      expect((await ingest.call(path)).status).toBe(404);
    },
  );
});
