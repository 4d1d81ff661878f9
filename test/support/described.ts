import type { Kubectl } from '../kubectl/kubectl';
import { eventually } from './eventually';
import type { Installation, InstallationOptions } from './installation';
import { shortPolicy } from './stories';
import type { Story } from './story';
import { deployment, WEB } from './workload';

/** A Kubernetes Event of Alloy in the output of `kubectl describe`. */
export interface Described {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

/**
 * Alloy's Kubernetes Events of the Deployment, in the order of kubectl. Their columns are those of kubectl: type,
 * reason, age, from, message.
 */
export async function described(kubectl: Kubectl, namespace: string): Promise<readonly Described[]> {
  const text = await kubectl.output(['describe', 'deployment', WEB, '--namespace', namespace]);
  const lines = text.slice(text.lastIndexOf('\nEvents:')).split('\n').slice(2).map((line) => line.trim().split(/ {2,}/));
  return lines.flatMap(([type = '', reason = '', , from, note = '']) => (from === 'alloy.dev/executor' ? [{ type, reason, note }] : []));
}

interface RawEvent {
  readonly reason: string;
  readonly lastTimestamp: string;
  readonly series?: { readonly count: number };
}

const eventsOf = async (kubectl: Kubectl, namespace: string): Promise<readonly RawEvent[]> =>
  (
    JSON.parse(
      await kubectl.output([
        'get', 'events', '--namespace', namespace, '--field-selector', 'reportingComponent=alloy.dev/executor', '-o',
        'json',
      ]),
    ) as { readonly items: readonly RawEvent[] }
  ).items;

/** The count of each reason. */
const seriesOf = async (kubectl: Kubectl, namespace: string): Promise<ReadonlyMap<string, number>> =>
  new Map((await eventsOf(kubectl, namespace)).map(({ reason, series }) => [reason, series?.count ?? 1]));

const lastListed = async (kubectl: Kubectl, namespace: string): Promise<number> =>
  Math.max(...(await eventsOf(kubectl, namespace)).map(({ lastTimestamp }) => Date.parse(lastTimestamp)));

/** Only the test ends the first stage: on a slow machine it must not end before the test's actions. */
export const describedPolicy = {
  ...shortPolicy,
  stages: [
    { weight: 50, duration: 3_600 },
    { weight: 83, duration: 2, deadline: 60 },
  ],
  progressDeadline: 60,
} satisfies InstallationOptions['projects'][string];

/**
 * Runs a first release, a canary during which the executor is killed and a user pauses twice and resumes, and a bad
 * release. Expects their Kubernetes Events in order and without duplicates. The project's policy is `describedPolicy`.
 */
export async function expectDescribedReleases(shop: Story, kubectl: Kubectl, installation: Installation): Promise<void> {
  const listed = () => described(kubectl, shop.project);
  // kubectl sorts by whole seconds, and each Kubernetes Event of a release has its own second, which may be in the
  // future for a moment.
  const past = () =>
    eventually(async () => expect((await lastListed(kubectl, shop.project)) + 1_000).toBeLessThan(Date.now()), { timeoutMs: 60_000 });
  // While few requests arrive, analyses are inconclusive.
  const reasons = async () => (await listed()).map(({ reason }) => reason).filter((reason) => reason !== 'AnalysisInconclusive');
  const version = { deployment: deployment() };
  expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted' });
  const first = ['ReleaseStarted', 'PromotionStarted', 'ReleasePromoted'];
  await eventually(async () => expect(await reasons()).toEqual(first));
  await past();

  const id = await shop.deploy('v2', version);
  await shop.reaches(id, 'analyse');
  await eventually(async () => expect(await reasons()).toEqual([...first, 'ReleaseStarted', 'StageStarted', 'TrafficShifted']));
  installation.kill('executor');
  const paused = async () => (await seriesOf(kubectl, shop.project)).get('ReleasePaused');
  await shop.want(id, 'pause');
  // Published before it is repeated, so that there is a Kubernetes Event to count up. The dead executor's lease expires
  // first.
  await eventually(async () => expect(await paused()).toBe(1), { timeoutMs: 120_000 });
  await shop.want(id, 'resume');
  await shop.until(id, ({ status }) => status === 'releasing');
  await shop.want(id, 'pause');
  await eventually(async () => expect(await paused()).toBe(2));
  await shop.want(id, 'resume');
  await shop.want(id, 'promote', { full: false });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  const second = [
    'ReleaseStarted', 'StageStarted', 'TrafficShifted', 'ReleasePaused', 'ReleaseResumed', 'StageStarted',
    'TrafficShifted', 'AnalysisPassed', 'PromotionStarted', 'ReleasePromoted',
  ];
  await eventually(async () => expect(await reasons()).toEqual([...first, ...second]));
  await past();

  expect(await shop.release('v3-errors', version)).toMatchObject({ status: 'rolledBack' });
  const third = ['ReleaseStarted', 'StageStarted', 'TrafficShifted', 'AnalysisFailed', 'RollbackStarted', 'ReleaseRolledBack'];
  await eventually(async () => expect(await reasons()).toEqual([...first, ...second, ...third]));
  expect((await listed()).slice(-3)).toEqual([
    { type: 'Warning', reason: 'AnalysisFailed', note: expect.stringMatching(/^v3-errors: .*%/) },
    { type: 'Warning', reason: 'RollbackStarted', note: expect.stringMatching(/^Rolling back v3-errors to v2: .*%/) },
    { type: 'Warning', reason: 'ReleaseRolledBack', note: expect.stringMatching(/^v3-errors was rolled back: /) },
  ]);
}
