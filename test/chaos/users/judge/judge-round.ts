import type { StoredEvent } from '@alloy/contracts';
import type { Reason } from '@alloy/release';
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

/** All checks of one release. */
export function judgeRound(round: FinishedRound, steps: readonly Step[]): readonly Broken[] {
  const broken = (promise: Broken['promise'], text: string): Broken => ({
    promise, project: round.project, release: round.id, text: `${nameOf(round)}: ${text}`,
  });
  return [
    ...outcome(round).map((text) => broken('P31', text)),
    ...promotedAsJudged(round, steps).map((text) => broken('P29', text)),
    ...exposure(round).map((text) => broken('P30', text)),
    ...rolledBackToWhatRan(round, steps).map((text) => broken('P31', text)),
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

/** P31: a rollback leads to what ran before the release, or to what a user has set meanwhile. */
export function rolledBackToWhatRan(round: FinishedRound, steps: readonly Step[]): readonly string[] {
  const end = endOf(round);
  const inspected = round.events.find(({ type }) => type === 'TargetInspected');
  if (end?.type !== 'ReleaseRolledBack' || !inspected || !round.after) return [];
  const before = deploymentBefore(steps, WORKLOAD, at(inspected));
  if (!before) return [];
  const allowed = [before, ...(round.doneDuring?.wrote ? [round.doneDuring.wrote] : [])].map(contentOf);
  const found = contentOf(round.after);
  return allowed.includes(found) ? [] : [`rolled back to ${found}, before it ran ${allowed.join(' or ')}`];
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

const endOf = ({ events }: FinishedRound): StoredEvent | undefined => events.find(({ type }) => ENDS.includes(type));
const at = ({ occurredAt }: StoredEvent): number => Date.parse(occurredAt);
const actedUntil = ({ doneDuring }: FinishedRound): number => (doneDuring?.isDone ? doneDuring.to : 0);
const reason = (data: unknown): Reason | undefined => (data as { readonly reason?: Reason } | undefined)?.reason;
const codeOf = (data: unknown): string | undefined => reason(data)?.code;
const reasonOf = ({ data }: StoredEvent): string => `${codeOf(data)}: ${reason(data)?.text}`;
const nameOf = ({ tag, before, during }: FinishedRound): string =>
  [tag, ...(before ? [describeAct({ act: before })] : []), ...(during ? [describeAct(during)] : [])].join(', ');
