import { services } from '@alloy/contracts';
import { Observer } from '../observer/observer';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { only } from '../support/manifests';
import { historyOf, recordedTwice } from './history';
import { momentsOf, nameOf, type Moment } from './moments';
import { quickPolicy } from './quick-policy';

/** Projects with parallel releases: a fault of one of them disturbs the others at random times. */
const lanes = ['lane-a', 'lane-b', 'lane-c', 'lane-d'] as const;

let installation: Installation;
let observers: readonly Observer[] = [];
beforeAll(async () => {
  const projects = [...lanes, 'bad'];
  installation = await Installation.start({ projects: Object.fromEntries(projects.map((project) => [project, quickPolicy])) });
  const { cluster: api, releases: { pool } } = installation;
  observers = await Promise.all(projects.map((project) => Observer.start({ api, namespace: project, project, pool })));
});
afterAll(async () => {
  await Promise.all(observers.map((observer) => observer.stop()));
  await installation?.stop();
});

/** The end of a release of a good version if a service is killed with -9 at that point. */
async function releaseStruckAt(
  project: string,
  { writer, whom, certain, ...point }: Moment,
  tag: string,
): Promise<Record<string, unknown>> {
  const { releases, cluster } = installation;
  const victims = whom === 'writer' ? [writer] : services.filter((service) => service !== writer);
  let struck = !certain;
  void installation.strikeAt(writer, { project, ...point }, () => {
    struck = true;
    for (const victim of victims) installation.kill(victim);
  });
  const release = await releases.deploy(project, tag);
  const end = await releases.ended(release).catch((error: Error) => error.message);
  const events = await releases.events(release);
  return {
    struck,
    end,
    history: historyOf(events),
    twice: recordedTwice(events),
    stable: await releases.stable(project),
    cluster: await cluster.deployments(project),
  };
}

describe('a canary whose services are killed with -9', () => {
  it('ends like an undisturbed one, at any point', async () => {
    const { releases } = installation;
    await Promise.all(
      lanes.map(async (project) => expect(await releases.ended(await releases.deploy(project, 'v1'))).toBe('ReleasePromoted')),
    );
    const undisturbed = await releases.deploy(lanes[0], 'v2');
    expect(await releases.ended(undisturbed)).toBe('ReleasePromoted');
    const events = await releases.events(undisturbed);
    const history = historyOf(events);

    const moments = momentsOf(events);
    const left = [...moments];
    const found: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    const work = async (project: string): Promise<void> => {
      for (let moment = left.shift(); moment; moment = left.shift()) {
        const tag = nameOf(moment);
        found[tag] = await releaseStruckAt(project, moment, tag);
        wanted[tag] = { struck: true, end: 'ReleasePromoted', history, twice: [], stable: tag, cluster: only(tag) };
      }
    };
    await Promise.all(lanes.map(work));
    expect(found).toEqual(wanted);
    expect(Object.keys(found)).toHaveLength(moments.length);
  }, 1_800_000);
});

describe('a bad canary during its rollback', () => {
  it('is rolled back although planner, executor and watcher are killed with -9', async () => {
    const { releases, cluster } = installation;
    const project = 'bad';
    expect(await releases.ended(await releases.deploy(project, 'v1'))).toBe('ReleasePromoted');
    let executor: Promise<void> | undefined;
    const planner = installation.strikeAt('planner', { project, type: 'RollbackDecided', when: 'after' }, () => {
      installation.kill('planner');
      installation.kill('watcher');
      executor = installation.strikeAt('executor', { project, type: 'TrafficShifted', when: 'before' }, () =>
        installation.kill('executor'),
      );
    });
    const release = await releases.deploy(project, 'v2-errors');
    await planner;
    await executor;
    expect(await releases.ended(release)).toBe('ReleaseRolledBack');
    expect((await releases.event(release, 'ReleaseRolledBack')).data).toMatchObject({ reason: { code: 'error_rate' } });
    expect(await releases.stable(project)).toBe('v1');
    await eventually(async () => expect(await cluster.deployments(project)).toEqual(only('v1')));
  });
});

it('and no write of Alloy broke a promise meanwhile, by the observer’s record of all writes', async () => {
  for (const observer of observers) {
    const { violations, gaps, judged } = await observer.findings();
    expect({ violations, gaps }).toEqual({ violations: [], gaps: [] });
    expect(Math.min(judged['P1']!, judged['P2']!, judged['P3']!)).toBeGreaterThan(0);
  }
});
