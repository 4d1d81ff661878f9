import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Service, StoredEvent } from '@alloy/contracts';
import type { Absence } from '@alloy/release';
import { Installation } from '../support/installation';
import { only } from '../support/manifests';
import { eventually } from '../support/eventually';

/** Deadlines are shorter than what is frozen stays frozen. */
const DEADLINE = 8;
const FROZEN_MS = 12_000;
const policy = { stages: [{ weight: 50, duration: 2, deadline: DEADLINE }], progressDeadline: DEADLINE, analysis: { minRequests: 10 } };
const kinds = ['apply', 'scaleCanary', 'shiftTraffic', 'analyse', 'promote', 'retire'] as const;

let installation: Installation;
beforeAll(async () => {
  installation = await Installation.start({ projects: { executor: policy, watcher: policy, noted: policy } });
});
afterAll(() => installation?.stop());

/** Stops the service for longer than any deadline, right before that decision of the release is there to be acted on. */
async function freezeBefore(service: Service, point: { readonly project: string; readonly type: string; readonly step?: number }): Promise<void> {
  await installation.strikeAt('planner', { ...point, when: 'before' }, () => installation.kill(service, 'SIGSTOP'));
  await delay(FROZEN_MS);
  installation.kill(service, 'SIGCONT');
}

const absences = (events: readonly StoredEvent[], type: string): ReadonlyMap<number, Absence> =>
  new Map(events.flatMap(({ type: of, data }) => {
    const { step = -1, absence } = data as { readonly step?: number; readonly absence?: Absence };
    return of === type && absence ? [[step, absence] as const] : [];
  }));

describe.each([
  ['executor', ['apply', 'scaleCanary', 'shiftTraffic', 'promote', 'retire']],
  ['watcher', ['scaleCanary', 'analyse', 'promote']],
] as const)('a frozen %s', (service, needed) => {
  it('ends no good release, at whatever step it is frozen for longer than the deadline, and the log proves its absence', async () => {
    const { releases, cluster } = installation;
    expect(await releases.ended(await releases.deploy(service, 'v1'))).toBe('ReleasePromoted');
    const freezes = needed.map((kind) => freezeBefore(service, { project: service, type: 'StepStarted', step: kinds.indexOf(kind) }));
    const release = await releases.deploy(service, 'v2');
    expect(await releases.ended(release)).toBe('ReleasePromoted');
    await Promise.all(freezes);
    expect(await cluster.deployments(service)).toEqual(only('v2'));
    const found = absences(await releases.events(release), 'StepCompleted');
    for (const kind of needed) {
      expect({ kind, ...found.get(kinds.indexOf(kind)) }).toMatchObject({ kind, of: expect.arrayContaining([service]) });
      expect(found.get(kinds.indexOf(kind))!.seconds).toBeGreaterThan(FROZEN_MS / 1_000 - 2);
    }
  });

  it('does not end the rollback of a bad release: it is finished once the service is back', async () => {
    const { releases, cluster } = installation;
    const frozen = freezeBefore(service, { project: service, type: 'RollbackDecided' });
    const release = await releases.deploy(service, 'v3-errors');
    expect(await releases.ended(release)).toBe('ReleaseRolledBack');
    await frozen;
    expect((await releases.event(release, 'ReleaseRolledBack')).data).toMatchObject({ reason: { code: 'error_rate' } });
    await eventually(async () => expect(await cluster.deployments(service)).toEqual(only('v2')));
    if (service === 'executor') expect(absences(await releases.events(release), 'ReleaseRolledBack').get(-1)).toMatchObject({ of: expect.arrayContaining(['executor']) });
  });
});

describe('an executor that is absent for more than a minute', () => {
  it('is recorded and notified once, shown as the reason why the release does not move, and harms the release no more than a short absence', async () => {
    const { releases } = installation;
    const { url, token } = releases.door;
    await installation.ready('executor');
    const frozen = installation.strikeAt('planner', { project: 'noted', type: 'StepStarted', step: 0, when: 'before' }, () => installation.kill('executor', 'SIGSTOP'));
    const release = await releases.deploy('noted', 'v1');
    await frozen;
    const { data } = await releases.event(release, 'AbsenceDetected');
    expect(data).toMatchObject({ of: ['executor'], reason: { code: 'absent', text: expect.stringContaining('the executor has not been at work on it') } });
    const shown = await (await fetch(`${url}/api/v1/releases/${release}`, { headers: { authorization: `Bearer ${token}` } })).json();
    expect(shown).toMatchObject({ status: 'releasing', absent: { of: ['executor'], text: expect.stringContaining('since') } });
    await eventually(() => expect(readFileSync(join(installation.home.logs, 'notifier.log'), 'utf8')).toMatch(/noted v1 in production: does not move/));
    installation.kill('executor', 'SIGCONT');
    expect(await releases.ended(release)).toBe('ReleasePromoted');
    expect((await releases.events(release)).filter(({ type }) => type === 'AbsenceDetected')).toHaveLength(1);
  });
});
