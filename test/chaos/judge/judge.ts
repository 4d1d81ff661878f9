import { AuditFolder } from '@alloy/audit';
import { verifyLog } from '@alloy/event-store';
import type { Observer } from '../../observer/observer';
import { eventually } from '../../support/eventually';
import type { Installation } from '../../support/installation';
import type { Outage } from '../outages';
import type { FinishedRelease } from '../seed-run';
import type { Broken } from './broken';
import { checkDeadlines } from './deadlines';
import { settledState } from './end-state';
import { checkExposure } from './exposure';
import { checkFences } from './fences';
import { checkNotifications, notYetNotified, type Message } from './notifications';
import { checkOutcome } from './outcomes';

export interface JudgeInput {
  readonly installation: Installation;
  /** Observers by project. */
  readonly observers: ReadonlyMap<string, Observer>;
  readonly releases: readonly FinishedRelease[];
  readonly outages: readonly Outage[];
  /** The notifications that the receiver has got; it may get more. */
  readonly messages: readonly Message[];
}

export interface Verdict {
  readonly broken: readonly Broken[];
  /** The number of judged items by promise. */
  readonly judged: Readonly<Record<string, number>>;
}

/** Longer than the lease of a killed notifier. */
const NOTIFIED_MS = 60_000;

/** Only ends a hanging verification. */
const VERIFIED_MS = 120_000;

/** Judges every promise on everything that was recorded; waits for late notifications. */
export async function judge(input: JudgeInput): Promise<Verdict> {
  const { releases, outages, messages } = input;
  await eventually(
    () => {
      const missing = notYetNotified(releases, messages);
      if (missing.length > 0) throw new Error(missing.join(', '));
    },
    { timeoutMs: NOTIFIED_MS, everyMs: 200 },
  ).catch(() => undefined);
  const ofReleases = releases.flatMap((release) => [
    ...checkOutcome(release),
    ...checkDeadlines(release, outages),
    ...checkNotifications(release, messages, outages),
  ]);
  const ofProjects = await Promise.all([...input.observers].map(([project, observer]) => judgeProject(input, project, observer)));
  const judged = ofProjects.map(({ judged }) => judged);
  return {
    broken: [...ofReleases, ...ofProjects.flatMap(({ broken }) => broken), ...(await checkAudit(input))],
    judged: Object.fromEntries(
      Object.keys(judged[0] ?? {}).map((promise) => [promise, judged.reduce((sum, one) => sum + (one[promise] ?? 0), 0)]),
    ),
  };
}

async function judgeProject({ installation, releases, outages }: JudgeInput, project: string, observer: Observer): Promise<Verdict> {
  const own = releases.filter((release) => release.project === project);
  const stable = own.findLast(({ events }) => events.some(({ type }) => type === 'ReleasePromoted'))?.tag ?? 'nothing';
  const ended = await settledState(installation.cluster, project, stable);
  const { violations, gaps, judged } = await observer.findings();
  const steps = await observer.steps();
  const recorded = await installation.releases.stable(project);
  return {
    judged,
    broken: [
      ...ended,
      ...violations.map(({ promise, text, at }): Broken => ({ promise, project, text: `${text} (at ${at})` })),
      ...gaps.map(({ kind, from, to }): Broken => ({
        promise: 'end',
        project,
        text: `the record of ${kind} has a gap between ${from} and ${to}`,
      })),
      ...(recorded === stable ? [] : [{ promise: 'P4' as const, project, text: `${recorded} is recorded as stable instead of ${stable}` }]),
      ...checkFences(project, steps),
      ...own.flatMap((release) => checkExposure(release, steps, outages)),
    ],
  };
}

/** P27: the log contains exactly what was appended, and its checkpoints prove it. */
async function checkAudit({ installation }: JudgeInput): Promise<readonly Broken[]> {
  const folder = new AuditFolder(installation.home.audit);
  const [keys, file] = await Promise.all([folder.keys(), folder.checkpoints()]);
  // On a busy machine a transaction may stay idle for 10 s; Postgres then ends its connection, so try again.
  const report = await eventually(() => verifyLog({ pool: installation.releases.pool, keys, file }), { timeoutMs: VERIFIED_MS });
  return report.findings.map(({ code, detail }): Broken => ({ promise: 'P27', project: '', text: `${code}: ${detail}` }));
}
