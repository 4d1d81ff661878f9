import type { StoredEvent } from '@alloy/contracts';
import type { Payloads, Reason } from '@alloy/release';
import type { Step } from '../../../observer/revision';
import { ENDS } from '../../../support/releases';
import { WORKLOAD } from '../../../support/manifests';
import type { Broken } from '../../judge/broken';
import { describeAct } from '../act';
import type { FinishedRound } from '../user-run';
import { contentOf, deploymentBefore, tagOf, withoutAlloys } from './templates';

/** Reasons that the inspection can find before anything is written. */
const EARLY: ReadonlySet<string> = new Set([
  'invalid_object', 'admission_denied', 'forbidden', 'kind_not_served', 'selector_immutable', 'workload_paused', 'workload_renamed',
  'pods_overlap', 'rollout_stuck', 'foreign_owner', 'stable_drifted',
]);
/** A write of a user so shortly before the end of the release may be the later one. */
const SAME_TIME_MS = 1_000;

/** All checks of one release. `earlier`: the releases of the project before it, the last one last. */
export function judgeRound(round: FinishedRound, steps: readonly Step[], earlier: readonly FinishedRound[] = []): readonly Broken[] {
  const broken = (promise: Broken['promise'], text: string): Broken => ({
    promise, project: round.project, release: round.id, text: `${nameOf(round)}: ${text}`,
  });
  return [
    ...outcome(round).map((text) => broken('P31', text)),
    ...promotedAsJudged(round, steps).map((text) => broken('P29', text)),
    ...exposure(round).map((text) => broken('P30', text)),
    ...rolledBackToWhatRan(round, steps, earlier).map((text) => broken('P31', text)),
    ...changeSeen(round, steps, earlier).map((text) => broken('P31', text)),
    ...refusedEarly(round).map((text) => broken('P32', text)),
  ];
}

/** P29: what was judged is promoted: the templates differ in Alloy's labels only, and the promoted image runs. */
export function promotedAsJudged(round: FinishedRound, steps: readonly Step[]): readonly string[] {
  const end = endOf(round);
  if (end?.type !== 'ReleasePromoted' || actedUntil(round) > at(end) - SAME_TIME_MS) return [];
  if (!round.after) return ['ended as promoted, and there is no Deployment'];
  if (tagOf(round.after) !== round.tag) return [`ended as promoted, and ${tagOf(round.after)} runs`];
  const canary = steps.findLast(({ revision: { object, type, seenAt = 0 } }) =>
    type === 'stored' && object.kind === 'Deployment' && object.metadata.name === `${WORKLOAD}-canary` && seenAt < at(end),
  )?.revision.object as FinishedRound['after'];
  if (!canary || tagOf(canary) !== round.tag) return [];
  const [judged, promoted] = [canary, round.after].map(({ spec }) => withoutAlloys(spec.template));
  return judged === promoted ? [] : [`promoted ${promoted}, judged was ${judged}`];
}

/** P30: no release is stuck, and no bad version is promoted if it was judged; a first release is only by its health. */
export function exposure(round: FinishedRound): readonly string[] {
  const end = endOf(round);
  if (end === undefined) return ['has not ended'];
  if (end.type === 'ReleaseStuck') return [`is stuck (${reasonOf(end)})`];
  const isJudged = round.version === 'crash' || round.events.some(({ type }) => type === 'VerdictReached');
  return round.version !== 'good' && isJudged && end.type === 'ReleasePromoted' ? [`a version that is ${round.version} was promoted`] : [];
}

/** P31: a good release without an act during it is promoted, whatever users have done before it. */
export function outcome(round: FinishedRound): readonly string[] {
  const end = endOf(round);
  if (round.version !== 'good' || round.doneDuring?.isDone || !end) return [];
  const wanted = round.isRenamed ? 'ReleaseRejected' : 'ReleasePromoted';
  return end.type === wanted ? [] : [`ended as ${end.type} instead of ${wanted} (${reasonOf(end)})`];
}

/**
 * P31: a rollback leads to what ran before the release, or to what a user has set meanwhile. If the pods of what ran
 * cannot start, it leads to the version of the last release that was promoted or rolled back.
 */
export function rolledBackToWhatRan(
  round: FinishedRound, steps: readonly Step[], earlier: readonly FinishedRound[] = [],
): readonly string[] {
  const end = endOf(round);
  const inspected = round.events.find(({ type }) => type === 'TargetInspected');
  if (end?.type !== 'ReleaseRolledBack' || !inspected) return [];
  if (!round.after) return removes(round) ? [] : ['rolled back, and there is no Deployment'];
  const before = deploymentBefore(steps, WORKLOAD, at(inspected));
  if (!before) return [];
  const { unstartable } = inspected.data as Payloads['TargetInspected'];
  const from = unstartable ? (lastVersion(earlier)?.after ?? before) : before;
  const allowed = [from, ...(round.doneDuring?.wrote ? [round.doneDuring.wrote] : [])].map(contentOf);
  const found = contentOf(round.after);
  return allowed.includes(found) ? [] : [`rolled back to ${found}, before it ran ${allowed.join(' or ')}`];
}

/**
 * P31: the inspection compares what runs with the version of the last release that was promoted or rolled back, and
 * finds a change if and only if a user has made one. Not judged if a user acts while Alloy itself writes or reads.
 */
export function changeSeen(round: FinishedRound, steps: readonly Step[], earlier: readonly FinishedRound[]): readonly string[] {
  const inspected = round.events.find(({ type }) => type === 'TargetInspected');
  const last = lastVersion(earlier);
  if (!inspected || !last?.after || last.doneDuring?.isDone || (round.during?.step === 'gate' && round.doneDuring?.isDone)) return [];
  const running = deploymentBefore(steps, WORKLOAD, at(inspected));
  const { exists, live } = inspected.data as Payloads['TargetInspected'];
  if (exists !== (running !== undefined)) return [`the inspection found ${exists ? 'a' : 'no'} Deployment`];
  if (!running) return [];
  const isSame = contentOf(running) === contentOf(last.after);
  if (live?.matches === isSame) return [];
  return [`${isSame ? 'no user changed' : 'a user changed'} what ran (${tagOf(running)}), and the inspection says ${JSON.stringify(live)}`];
}

/** P32: what the API server refuses ends the release before its first step. */
export function refusedEarly(round: FinishedRound): readonly string[] {
  const end = endOf(round);
  if (!end) return [];
  const isStarted = round.events.some(({ type }) => type === 'StepStarted');
  if (round.version === 'invalid' && end.type !== 'ReleaseRejected') return [`an invalid object: ended as ${end.type} (${reasonOf(end)})`];
  if (end.type === 'ReleaseRejected') return isStarted ? ['was rejected after its first step'] : [];
  const late = round.events.find(({ type, data }) => isStarted && type !== 'TargetInspected' && EARLY.has(codeOf(data) ?? ''));
  return late ? [`was refused after its first step (${reasonOf(late)})`] : [];
}

/** The last release after which a version was recorded as stable. */
const lastVersion = (earlier: readonly FinishedRound[]): FinishedRound | undefined =>
  earlier.findLast((one) => ['ReleasePromoted', 'ReleaseRolledBack'].includes(endOf(one)?.type ?? ''));
const endOf = ({ events }: FinishedRound): StoredEvent | undefined => events.find(({ type }) => ENDS.includes(type));
const at = ({ occurredAt }: StoredEvent): number => Date.parse(occurredAt);
const actedUntil = ({ doneDuring }: FinishedRound): number => (doneDuring?.isDone ? doneDuring.to : 0);
/** Whether a user has deleted the Deployment during the release, so that none may exist right after its end. */
const removes = ({ during, doneDuring }: FinishedRound): boolean =>
  doneDuring?.isDone === true && (during?.act === 'deleteDeployment' || during?.act === 'rename');
const reason = (data: unknown): Reason | undefined => (data as { readonly reason?: Reason } | undefined)?.reason;
const codeOf = (data: unknown): string | undefined => reason(data)?.code;
const reasonOf = ({ data }: StoredEvent): string => `${codeOf(data)}: ${reason(data)?.text}`;
const nameOf = ({ tag, before, during }: FinishedRound): string =>
  [tag, ...(before ? [describeAct({ act: before })] : []), ...(during ? [describeAct(during)] : [])].join(', ');
