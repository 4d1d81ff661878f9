import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { services, type Service, type StoredEvent } from '@alloy/contracts';
import type { Absence } from '@alloy/release';
import { Installation } from '../support/installation';
import { only } from '../support/manifests';
import { eventually } from '../support/eventually';

/** Deadlines are shorter than the time for which a process is frozen. */
const DEADLINE = 8;
const FROZEN_MS = 12_000;
const policy = { stages: [{ weight: 50, duration: 2, deadline: DEADLINE }], progressDeadline: DEADLINE, analysis: { minRequests: 10 } };
const kinds = ['apply', 'scaleCanary', 'shiftTraffic', 'analyse', 'promote', 'retire'] as const;

let installation: Installation;
beforeAll(async () => {
  installation = await Installation.start({
    projects: { executor: policy, watcher: policy, upgrade: policy, cluster: policy, noted: policy, undecided: policy },
  });
});
afterAll(() => installation?.stop());

/**
 * How a part is absent for a while; `when`: immediately before or after the store of the decision that it has to act
 * on.
 */
interface Fault {
  readonly when: 'before' | 'after';
  begin(): void;
  end(): void;
}

const frozen = (service: Service): Fault => ({
  when: 'before',
  begin: () => installation.kill(service, 'SIGSTOP'),
  end: () => installation.kill(service, 'SIGCONT'),
});
const apiServer: Fault = {
  when: 'before',
  begin: () => void process.kill(installation.pid('playground'), 'SIGSTOP'),
  end: () => void process.kill(installation.pid('playground'), 'SIGCONT'),
};
/** Stops every service; a new process replaces each later. */
const upgrade: Fault = {
  // The planner is stopped, too: otherwise its decision would come only after all are back.
  when: 'after',
  begin: () => services.forEach((service) => installation.kill(service, 'SIGSTOP')),
  end: () => services.forEach((service) => installation.kill(service, 'SIGKILL')),
};

/** Makes the part absent for longer than any deadline, from the time of that decision of the release on. */
async function awayAt(
  { when, begin, end }: Fault,
  point: { readonly project: string; readonly type: string; readonly step?: number },
): Promise<void> {
  await installation.strikeAt('planner', { ...point, when }, begin);
  await delay(FROZEN_MS);
  end();
}

const absences = (events: readonly StoredEvent[], type: string): ReadonlyMap<number, Absence> =>
  new Map(events.flatMap(({ type: of, data }) => {
    const { step = -1, absence } = data as { readonly step?: number; readonly absence?: Absence };
    return of === type && absence ? [[step, absence] as const] : [];
  }));

describe.each([
  ['a frozen executor', 'executor', frozen('executor'), ['apply', 'scaleCanary', 'shiftTraffic', 'promote', 'retire']],
  ['a frozen watcher', 'watcher', frozen('watcher'), ['scaleCanary', 'analyse', 'promote']],
  ['an upgrade of every service', 'upgrade', upgrade, kinds],
  ['a frozen API server', 'cluster', apiServer, kinds],
] as const)('%s', (_, project, fault, needed) => {
  it('ends no good release, in any step and although it lasts longer than the deadline, and the log proves the absence', async () => {
    const { releases, cluster } = installation;
    expect(await releases.ended(await releases.deploy(project, 'v1'))).toBe('ReleasePromoted');
    const faults = needed.map((kind) => awayAt(fault, { project, type: 'StepStarted', step: kinds.indexOf(kind) }));
    const release = await releases.deploy(project, 'v2');
    expect(await releases.ended(release)).toBe('ReleasePromoted');
    await Promise.all(faults);
    expect(await cluster.deployments(project)).toEqual(only('v2'));
    const found = absences(await releases.events(release), 'StepCompleted');
    const proven = needed.map((kind) => ({
      kind,
      of: found.get(kinds.indexOf(kind))?.of,
      isWhole: (found.get(kinds.indexOf(kind))?.seconds ?? 0) > FROZEN_MS / 1_000 - 3,
    }));
    expect(proven).toEqual(
      needed.map((kind) => ({
        kind,
        of: expect.arrayContaining([kind === 'analyse' ? 'watcher' : project === 'watcher' ? 'watcher' : 'executor']),
        isWhole: true,
      })),
    );
  });

  it('does not end the rollback of a bad release, which finishes after the absence', async () => {
    const { releases, cluster } = installation;
    const away = awayAt(fault, { project, type: 'RollbackDecided' });
    const release = await releases.deploy(project, 'v3-errors');
    expect(await releases.ended(release)).toBe('ReleaseRolledBack');
    await away;
    expect((await releases.event(release, 'ReleaseRolledBack')).data).toMatchObject({ reason: { code: 'error_rate' } });
    await eventually(async () => expect(await cluster.deployments(project)).toEqual(only('v2')));
    if (project !== 'watcher')
      expect(absences(await releases.events(release), 'ReleaseRolledBack').get(-1)).toMatchObject({
        of: expect.arrayContaining(['executor']),
      });
  });
});

describe('an executor that is absent for more than a minute', () => {
  it('is recorded and notified once, shown as the reason of the standstill, and has no other effect than a short absence', async () => {
    const { releases } = installation;
    const { url, token } = releases.door;
    await installation.ready('executor');
    const stopped = installation.strikeAt('planner', { project: 'noted', type: 'StepStarted', step: 0, when: 'before' }, () =>
      installation.kill('executor', 'SIGSTOP'),
    );
    const release = await releases.deploy('noted', 'v1');
    await stopped;
    const { data } = await releases.event(release, 'AbsenceDetected');
    expect(data).toMatchObject({
      of: ['executor'],
      reason: { code: 'absent', text: expect.stringContaining('no heartbeat from the executor since') },
    });
    const shown = await (await fetch(`${url}/api/v1/releases/${release}`, { headers: { authorization: `Bearer ${token}` } })).json();
    expect(shown).toMatchObject({ status: 'releasing', absent: { of: ['executor'], text: expect.stringContaining('since') } });
    await eventually(() =>
      expect(readFileSync(join(installation.home.logs, 'notifier.log'), 'utf8')).toMatch(/noted v1 in production: no progress/),
    );
    installation.kill('executor', 'SIGCONT');
    expect(await releases.ended(release)).toBe('ReleasePromoted');
    expect((await releases.events(release)).filter(({ type }) => type === 'AbsenceDetected')).toHaveLength(1);
  });
});

describe('a planner that is absent for more than a minute', () => {
  it('is recorded and notified once while it lasts, and the release continues when the planner is back', async () => {
    const { releases } = installation;
    await installation.ready('planner');
    const stopped = installation.strikeAt('executor', { project: 'undecided', type: 'ManifestsApplied', when: 'after' }, () =>
      installation.kill('planner', 'SIGSTOP'),
    );
    const release = await releases.deploy('undecided', 'v1');
    await stopped;
    const { data, actor } = await releases.event(release, 'AbsenceDetected');
    expect(data).toMatchObject({
      of: ['planner'],
      reason: { code: 'absent', text: expect.stringContaining('no planner has made the decision that is due since') },
    });
    expect(actor.id).toBe('watcher');
    await eventually(() =>
      expect(readFileSync(join(installation.home.logs, 'notifier.log'), 'utf8')).toMatch(
        /undecided v1 in production: no progress .*no planner has made the decision/,
      ),
    );
    installation.kill('planner', 'SIGCONT');
    expect(await releases.ended(release)).toBe('ReleasePromoted');
    expect((await releases.events(release)).filter(({ type }) => type === 'AbsenceDetected')).toHaveLength(1);
  });
});
