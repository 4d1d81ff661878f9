import type { EventOf, Reason } from '../events';
import { isRunning } from '../guards';
import type { Hold } from '../hold';
import { holdOfReason } from '../reasons/on-hold';
import { releasePolicySchema, type PlannedPolicy, type WhenBusy } from '../policy';
import type { Context } from '../context';
import type { Recorded, State } from '../state';
import { isoOf, msOf } from '../time';

type Waiting = Context['waiting'][number];

/**
 * The context of the decisions `made`, as far as these decisions recorded it: the smallest context that explains them.
 * The log lacks what no decision used (for example a waiting release that changed nothing), so it is missing here too.
 */
export function knownContext(state: State, made: readonly Recorded[], log: readonly Recorded[]): Context {
  const planned = find(made, 'ReleasePlanned')?.data;
  const stable = planned?.stable ?? null;
  const absence = absenceOf(state, made);
  const hold = holdOf(state, made);
  return {
    ...(hold && { hold }),
    ...(absence && { absence }),
    ...(planned && { rules: planned.plan.rules ?? 1 }),
    policy: policyOf(made, log),
    ...(planned?.policyVersion !== undefined && { policyVersion: planned.policyVersion }),
    cluster: planned?.plan.steps[0]?.target.cluster ?? 'default',
    slot: slotOf(state, made),
    stable: stable ?? stableOf(state, made),
    waiting: waitingOf(made),
    isRestored: isRestored(made),
  };
}

/** The absence that the first of these decisions recorded for the attempt that it ends. */
function absenceOf(state: State, made: readonly Recorded[]): Context['absence'] {
  const recorded = made.map(({ data }) => ('absence' in data ? data.absence : undefined)).find((absence) => absence !== undefined);
  const decision =
    state.status === 'gated' ? state.gate : isRunning(state) || state.status === 'stuck' ? state.current?.ref.decision : undefined;
  return recorded && decision !== undefined ? { ...recorded, decision } : undefined;
}

/**
 * The policy with which the planner made these decisions: that of the plan, which may be later in the log, changed by
 * what the decisions themselves record. `made`: the decisions; `log`: all events of the release.
 */
function policyOf(made: readonly Recorded[], log: readonly Recorded[]): PlannedPolicy {
  const policy = find(log, 'ReleasePlanned')?.data.policy ?? releasePolicySchema.parse({});
  const whenBusy = (find(made, 'ReleaseRejected') ?? find(made, 'ReleaseSuperseded'))?.data.reason.evidence['whenBusy'] as
    WhenBusy | undefined;
  // A queued release was not rejected, whatever the policy was later.
  const instead = find(made, 'ReleaseQueued') && policy.whenBusy === 'reject' ? 'queue' : policy.whenBusy;
  const opened = find(made, 'GateOpened');
  return { ...policy, ...(opened && { inspectionDeadline: opened.data.deadline }), whenBusy: whenBusy ?? instead };
}

function slotOf(state: State, made: readonly Recorded[]): Context['slot'] {
  const counter = find(made, 'GateOpened')?.data.slotCounter ?? counterBefore(made) ?? (state.status === 'gated' ? state.slotCounter : 0);
  return { holder: holderOf(state, made), counter };
}

const counterBefore = (made: readonly Recorded[]): number | undefined => {
  const planned = find(made, 'ReleasePlanned');
  return planned && planned.data.slotCounter - 1;
};

function holderOf(state: State, made: readonly Recorded[]): string | null {
  const queued = find(made, 'ReleaseQueued');
  if (queued) return queued.data.behind;
  const busy = find(made, 'ReleaseRejected')?.data.reason.evidence['behind'];
  if (typeof busy === 'string') return busy;
  return state.status === 'queued' && !find(made, 'GateOpened') && !isRestored(made) ? state.behind : null;
}

/** A hold that began or ended is recorded by the next decision; until then, the one that the release waits for. */
function holdOf(state: State, made: readonly Recorded[]): Hold | undefined {
  const queued = find(made, 'ReleaseQueued');
  if (queued) return queued.data.hold;
  const rejected = find(made, 'ReleaseRejected')?.data.reason;
  if (rejected?.code === 'on_hold') return holdOfReason(rejected);
  return state.status === 'queued' && !find(made, 'GateOpened') && !isRestored(made) ? state.hold : undefined;
}

/** The newer releases that superseded the release in these decisions. */
function waitingOf(made: readonly Recorded[]): readonly Waiting[] {
  return made.flatMap((decision): readonly Waiting[] => {
    const reason = reasonOf(decision);
    const by = reason?.evidence['by'];
    const requestsStable = reason?.code === 'stable_requested';
    if (reason === undefined || !(reason.code === 'superseded' || requestsStable) || typeof by !== 'string') return [];
    const { whenBusy = 'latestOnly', requestedBy } = reason.evidence as { readonly whenBusy?: WhenBusy; readonly requestedBy?: string };
    return [{
      releaseId: by, requestedAt: isoOf(msOf(decision.occurredAt) + 1), whenBusy, urgent: reason.rule === 'urgent',
      ...(requestsStable && { requestsStable, ...(requestedBy && { requestedBy }) }),
    }];
  });
}

const isRestored = (made: readonly Recorded[]): boolean => find(made, 'ReleasePromoted')?.data.reason.code === 'already_stable';

/** The stable version that a queued release did not need to release again. */
function stableOf(state: State, made: readonly Recorded[]): Context['stable'] {
  const promoted = find(made, 'ReleasePromoted');
  if (state.status !== 'queued' || promoted?.data.reason.code !== 'already_stable') return null;
  const { artifact, image, imageTag } = state.request;
  return { releaseId: promoted.data.reason.evidence['stable'] as string | null, artifact, image, imageTag };
}

const reasonOf = (decision: Recorded): Reason | undefined => ('reason' in decision.data ? (decision.data.reason as Reason) : undefined);

const find = <T extends Recorded['type']>(events: readonly Recorded[], type: T): Recorded<EventOf<T>> | undefined =>
  events.find((event) => event.type === type) as Recorded<EventOf<T>> | undefined;
