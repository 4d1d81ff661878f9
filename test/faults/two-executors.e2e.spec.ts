import type { StoredEvent } from '@alloy/contracts';
import { Observer } from '../observer/observer';
import { recordRequests } from '../observer/seen-requests';
import type { HeldWrite } from '../support/api-proxy';
import { eventually } from '../support/eventually';
import { Installation, type Replica } from '../support/installation';
import { only, WORKLOAD } from '../support/manifests';
import { quickPolicy } from './quick-policy';

const project = 'shop';
const executors = ['executor', 'executor-2'] as const satisfies readonly Replica[];
let installation: Installation;
let observer: Observer;
beforeAll(async () => {
  installation = await Installation.start({ projects: { [project]: quickPolicy }, executors: 2 });
  const requests = executors.map((replica) => recordRequests(installation.api(replica)));
  observer = await Observer.start({ api: installation.cluster, namespace: project, project, pool: installation.releases.pool, requests });
});
afterAll(async () => {
  await observer?.stop();
  await installation?.stop();
});

type Write = (method: string, path: string) => boolean;
const shrinksStable: Write = (method, path) => method === 'PUT' && path.includes(`/deployments/${WORKLOAD}/scale`);
const createsCanary: Write = (method, path) => method === 'POST' && path.includes('/deployments');

/** Freezes the executor that next sends such a write, while the write is on its way. */
async function stopAt(isWrite: Write): Promise<{ readonly stopped: Replica; readonly write: HeldWrite }> {
  const held = executors.map(async (replica) => {
    const write = await installation.api(replica).hold(isWrite, () => {
      installation.kill(replica, 'SIGSTOP');
      for (const other of executors) installation.api(other).letAllPass();
    });
    return { stopped: replica, write };
  });
  return Promise.race(held);
}

/** Events without findings, because the watcher may record its last observation after the end. */
const withoutFindings = (events: readonly StoredEvent[]): readonly StoredEvent[] => events.filter(({ family }) => family !== 'finding');

describe('an executor that is frozen until after a newer decision', () => {
  it('has its write refused by the API server after it resumes', async () => {
    const { releases, cluster } = installation;
    expect(await releases.ended(await releases.deploy(project, 'v1'))).toBe('ReleasePromoted');

    const before = await observer.world();
    const held = stopAt(shrinksStable);
    const release = await releases.deploy(project, 'v2');
    const { stopped, write } = await held;
    await releases.abort(release);
    expect(await releases.ended(release)).toBe('ReleaseRolledBack');
    const ended = withoutFindings(await releases.events(release));
    expect(await cluster.deployments(project)).toEqual(only('v1'));

    installation.kill(stopped, 'SIGCONT');
    const answer = await write.release();
    expect(answer).toMatchObject({ status: 409, body: expect.stringContaining('the object has been modified') });
    await installation.ready(stopped);
    expect(await cluster.deployments(project)).toEqual(only('v1'));
    expect(withoutFindings(await releases.events(release))).toEqual(ended);
    const { violations, gaps, judged } = await observer.findings(new Map([[release, before]]));
    expect({ violations, gaps }).toEqual({ violations: [], gaps: [] });
    expect(Object.entries(judged).filter(([, count]) => count === 0)).toEqual([]);
  });

  it('deletes, after it resumes, the canary that its late creation without a precondition created after the rollback', async () => {
    const { releases, cluster } = installation;
    const held = stopAt(createsCanary);
    const release = await releases.deploy(project, 'v3');
    const { stopped, write } = await held;
    await releases.abort(release);
    expect(await releases.ended(release)).toBe('ReleaseRolledBack');
    expect(await cluster.deployments(project)).toEqual(only('v1'));

    installation.kill(stopped, 'SIGCONT');
    expect(await write.release()).toMatchObject({ status: 201 });
    await eventually(async () => expect(await cluster.deployments(project)).toEqual(only('v1')));
    expect(withoutFindings(await releases.events(release)).at(-1)!.type).toBe('ReleaseRolledBack');
  });
});

describe('an executor that gets no response to the creation of the canary', () => {
  it('deletes the canary if the API server executes the creation after the rollback', async () => {
    const { releases, cluster } = installation;
    const held = Promise.race(executors.map((replica) => installation.api(replica).hold(createsCanary, () => {
      for (const other of executors) installation.api(other).letAllPass();
    })));
    const release = await releases.deploy(project, 'v4');
    const write = await held;
    write.cut();
    await releases.abort(release, { orEnded: true });
    await releases.ended(release);
    const stable = (await releases.stable(project))!;
    await eventually(async () => expect(await cluster.deployments(project)).toEqual(only(stable)));

    expect(await write.release()).toMatchObject({ status: 201 });
    await eventually(async () => expect(await cluster.deployments(project)).toEqual(only(stable)));
    expect(await releases.stable(project)).toBe(stable);
  });
});
