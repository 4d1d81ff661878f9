import { AuditFolder } from '@alloy/audit';
import { verifyLog } from '@alloy/event-store';
import { checkHistory, releaseHistoryOf } from '@alloy/release';
import { Receiver } from '../../apps/notifier/src/testing/receiver';
import { putRouteSecrets } from '../chaos/policy';
import { historyOf, recordedTwice } from '../faults/history';
import { quickPolicy } from '../faults/quick-policy';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { only } from '../support/manifests';
import { roundsOf, type Round } from './rounds';

const rounds = roundsOf();
/** Releases during which no service is killed. */
const undisturbed: readonly Round[] = [
  { project: 'calm-canary', isAborted: false, armed: [] },
  { project: 'calm-rollback', isAborted: true, armed: [] },
];
const all = [...undisturbed, ...rounds];
const notify = [{
  name: 'team', kind: 'webhook' as const, urlSecret: 'hook-url', keySecret: 'hook-key',
    events: ['started' as const, 'promoted' as const, 'rolledBack' as const],
}];
/** An aborted release is aborted in its only stage, however long the services are away. */
const policyOf = ({ isAborted }: Round) => ({
  ...quickPolicy, notify, ...(isAborted && { stages: [{ weight: 50, duration: 120, deadline: 300 }] }),
});
/** A limit for hanging tests; longer than the lease of a killed notifier. */
const patiently = { timeoutMs: 90_000, everyMs: 50 };

let installation: Installation;
let receiver: Receiver;
/** Ids of all releases after the first ones. */
const played = new Map<string, string>();

beforeAll(async () => {
  receiver = await Receiver.open();
  installation = await Installation.start({
    projects: Object.fromEntries(all.map((round) => [round.project, policyOf(round)])),
    env: { ALLOY_AUDIT_SECONDS: '1' },
  });
  await putRouteSecrets(installation, all.map(({ project }) => project), receiver.url());
  const { releases } = installation;
  const first = async ({ project }: Round): Promise<string> => releases.ended(await releases.deploy(project, 'v1'));
  expect(new Set(await Promise.all(all.map(first)))).toEqual(new Set(['ReleasePromoted']));
});
afterAll(async () => {
  await installation?.stop();
  await receiver?.close();
});

/** Plays a release, and returns how it ended. */
async function play({ project, isAborted }: Round): Promise<Record<string, unknown>> {
  const { releases, cluster } = installation;
  const id = await releases.deploy(project, 'v2');
  played.set(project, id);
  if (isAborted) {
    await releases.event(id, 'TrafficShifted');
    await releases.abort(id);
  }
  const end = await releases.ended(id);
  const stable = isAborted ? 'v1' : 'v2';
  await eventually(async () => expect(await cluster.deployments(project)).toEqual(only(stable)), patiently);
  const events = await releases.events(id);
  return { end, history: historyOf(events), twice: recordedTwice(events), stable: await releases.stable(project) };
}

/** Kills each armed service at its point during the release. Returns how the release and each service ended. */
async function playArmed(round: Round): Promise<Record<string, unknown>> {
  const arm = async ({ service, point }: Round['armed'][number]) => ({
    service,
    crash: await installation.crashAt(service, { point, passing: 1 }),
  });
  const crashes = await Promise.all(round.armed.map(arm));
  const outcome = await play(round);
  const came = async ({ service, crash }: (typeof crashes)[number]) => {
    const limit = { ...patiently, timeoutMs: 30_000 };
    await eventually(() => expect(crash.code).not.toBeUndefined(), limit).catch(() => undefined);
    await installation.ready(service);
    return [`${service} at ${crash.at.point}`, crash.code] as const;
  };
  return { ...outcome, killed: Object.fromEntries(await Promise.all(crashes.map(came))) };
}

const messages = (project: string): readonly string[] =>
  receiver.got.filter(({ json }) => json.data.releaseId === played.get(project))
    .map(({ json, headers }) => `${String(json.type)} ${String(headers['webhook-id'])}`);

describe('a service that kills itself at a crash point', () => {
  const expected = new Map<boolean, Record<string, unknown>>();

  it('is compared with releases that no kill disturbs', async () => {
    for (const [round, outcome] of await Promise.all(undisturbed.map(async (one) => [one, await play(one)] as const)))
      expected.set(round.isAborted, outcome);
    expect([...expected.values()].map(({ end, twice }) => ({ end, twice }))).toEqual([
      { end: 'ReleasePromoted', twice: [] }, { end: 'ReleaseRolledBack', twice: [] },
    ]);
  });

  it.each(rounds.map((round) => [round.armed.map(({ service, point }) => `${service} at ${point}`).join(', '), round] as const))(
    'leaves no trace in the release: %s',
    async (_, round) => {
      // Null: a signal ended the process.
      const killed = Object.fromEntries(round.armed.map(({ service, point }) => [`${service} at ${point}`, null]));
      expect(await playArmed(round)).toEqual({ ...expected.get(round.isAborted), killed });
    },
  );

  it('causes no notification under a second key, and repeats one at most once, if the notifier was killed', async () => {
    for (const { project, isAborted } of all.filter((round) => played.has(round.project))) {
      const wanted = ['release.started', isAborted ? 'release.rolledBack' : 'release.promoted'];
      const types = (): readonly string[] => [...new Set(messages(project))].map((message) => message.split(' ')[0]!);
      await eventually(() => expect([project, ...types()]).toEqual([project, ...wanted]), patiently);
    }
    const repeated = all.flatMap(({ project }) => messages(project).filter((message, index, sent) => sent.indexOf(message) !== index));
    expect(repeated).toEqual([...new Set(repeated)]);
    // A kill strikes the message that is being sent, also one of an earlier round that waited for its lease.
    const kills = rounds.flatMap(({ armed }) => armed.filter(({ service }) => service === 'notifier'));
    expect(repeated.length).toBeLessThanOrEqual(kills.length);
  });

  it('leaves a log that is intact, and that today’s code decides in the same way', async () => {
    const folder = new AuditFolder(installation.home.audit);
    const verify = async () => verifyLog({ pool: installation.releases.pool, keys: await folder.keys(), file: await folder.checkpoints() });
    expect((await eventually(verify, patiently)).findings).toEqual([]);
    for (const [project, releaseId] of played) {
      const { deviations, decisions } = checkHistory(releaseHistoryOf(await installation.releases.events(releaseId)));
      expect({ project, deviations }).toEqual({ project, deviations: [] });
      expect(decisions).toBeGreaterThan(0);
    }
  });
});
