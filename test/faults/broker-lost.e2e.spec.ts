import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { only } from '../support/manifests';
import { historyOf } from './history';
import { quickPolicy } from './quick-policy';

const project = 'shop';
const triggered = ['planner', 'executor', 'watcher', 'notifier'] as const;
let installation: Installation;
beforeAll(async () => {
  installation = await Installation.start({ projects: { [project]: quickPolicy } });
});
afterAll(() => installation?.stop());

describe('a broker that is killed with -9 and loses its store', () => {
  it('during a stage has no effect on the release, and triggers the same processes again', async () => {
    const { releases, cluster } = installation;
    expect(await releases.ended(await releases.deploy(project, 'v1'))).toBe('ReleasePromoted');
    const undisturbed = await releases.deploy(project, 'v2');
    expect(await releases.ended(undisturbed)).toBe('ReleasePromoted');

    const release = await releases.deploy(project, 'v3');
    await releases.event(release, 'StepStarted', ({ data }) => (data as { spec: { kind: string } }).spec.kind === 'analyse');
    await installation.wipeNats();
    const before = await Promise.all(triggered.map((service) => installation.handledTriggers(service)));
    expect(await releases.ended(release)).toBe('ReleasePromoted');
    expect(historyOf(await releases.events(release))).toEqual(historyOf(await releases.events(undisturbed)));
    expect(await cluster.deployments(project)).toEqual(only('v3'));
    expect(Object.values(installation.starts()).every((starts) => starts === 1)).toBe(true);

    await releases.ended(await releases.deploy(project, 'v4'));
    // A release needs no triggers, and may have ended before they arrive again.
    await eventually(async () => {
      const since = await Promise.all(triggered.map((service) => installation.handledTriggers(service)));
      expect(since.map((count, index) => count > before[index]!)).toEqual(triggered.map(() => true));
    }, { timeoutMs: 60_000 });
  });
});
