import { Installation } from '../support/installation';
import { only } from '../support/manifests';
import { historyOf } from './history';
import { quickPolicy } from './quick-policy';

const project = 'shop';
let installation: Installation;
beforeAll(async () => {
  installation = await Installation.start({ projects: { [project]: quickPolicy } });
});
afterAll(() => installation?.stop());

describe('a Postgres that stops immediately and is started again', () => {
  it('loses nothing during a stage, and the release continues', async () => {
    const { releases, cluster } = installation;
    expect(await releases.ended(await releases.deploy(project, 'v1'))).toBe('ReleasePromoted');
    const undisturbed = await releases.deploy(project, 'v2');
    expect(await releases.ended(undisturbed)).toBe('ReleasePromoted');

    const release = await releases.deploy(project, 'v3');
    await releases.event(release, 'StepStarted', ({ data }) => (data as { spec: { kind: string } }).spec.kind === 'analyse');
    const before = await releases.events(release);
    await installation.restartPostgres();
    expect(await releases.ended(release)).toBe('ReleasePromoted');
    const after = await releases.events(release);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(historyOf(after)).toEqual(historyOf(await releases.events(undisturbed)));
    expect(await cluster.deployments(project)).toEqual(only('v3'));
    expect(Object.values(installation.starts()).every((starts) => starts === 1)).toBe(true);
  });
});
