import type { Reason } from '../events';
import type { Recorded } from '../state';
import { abortedBy, adopted, after, applied, atOnce, degraded, effectFailed, given, happyUntil, inspected, meanwhile, noAccess, nothingRuns, pausedBy, policy, promotedBy, requested, resumedBy, urgent, waiter, type Item } from '../testing';

const busy = (whenBusy: typeof policy.whenBusy, ...waiting: ReturnType<typeof waiter>[]): Item => meanwhile({ policy: { ...policy, whenBusy }, slot: { holder: 'R1', counter: 1 }, waiting });
const anna = { by: 'anna', byKind: 'user', intent: expect.stringMatching(/^e\d+$/) };

type Example = readonly [what: string, items: readonly Item[], type: Recorded['type'], reason: Partial<Reason>];

/** What happens, and the reason of the first decision of that type that it leads to. */
const examples: readonly Example[] = [
  ['an abort before anything was done', [requested(), abortedBy('anna', 'wrong tag')], 'ReleaseAborted', { code: 'aborted', rule: 'intent', text: 'aborted before anything was done by anna: wrong tag', evidence: anna }],
  ['an abort of a running release', [happyUntil('scaleCanary'), abortedBy('anna')], 'RollbackDecided', { code: 'aborted', rule: 'intent', text: 'aborted while releasing by anna', evidence: { ...anna, status: 'releasing', step: 1 } }],
  ['a promotion before the release has begun', [requested(), promotedBy('anna')], 'IntentRefused', { code: 'not_running', rule: 'intent', text: 'promotion refused, the release has not begun; asked for by anna', evidence: anna }],
  ['a pause before the release has begun', [requested(), pausedBy('anna', 'lunch')], 'IntentRefused', { code: 'not_running', text: 'pause refused, the release has not begun; asked for by anna: lunch' }],
  ['a resumption before the release has begun', [requested(), resumedBy('anna')], 'IntentRefused', { code: 'not_running', text: 'resumption refused, the release has not begun; asked for by anna' }],
  ['a resumption of a release that runs', [happyUntil('apply'), resumedBy('anna')], 'IntentRefused', { code: 'not_paused', text: 'resumption refused, the release is not paused; asked for by anna' }],
  ['a pause of a paused release', [happyUntil('apply'), pausedBy('ben'), pausedBy('anna')], 'IntentRefused', { code: 'paused_by_person', text: 'pause refused, it is paused already; asked for by anna' }],
  ['a promotion that a later pause outdoes', [happyUntil('apply'), atOnce(promotedBy('anna'), pausedBy('ben'))], 'IntentRefused', { code: 'paused_by_person', text: 'promotion refused, ben paused the release before it could begin; asked for by anna' }],
  ['a promotion with nothing left to skip', [requested({ strategy: 'rollout' }), inspected(), promotedBy('anna')], 'IntentRefused', { code: 'nothing_to_promote', text: 'promotion refused, no analysis is left to skip; asked for by anna' }],
  ...([['promotion', promotedBy('anna')], ['pause', pausedBy('anna')], ['resumption', resumedBy('anna')]] as const).flatMap(([name, asked]): Example[] => [
    [`a ${name} during the promotion`, [happyUntil('promote'), asked], 'IntentRefused', { code: 'too_late', text: `${name} refused, the release is being promoted; asked for by anna` }],
    [`a ${name} during the rollback`, [happyUntil('apply'), after(8), asked], 'IntentRefused', { code: 'too_late', text: `${name} refused, the release is being rolled back; asked for by anna` }],
    [`a ${name} after the end`, [happyUntil(), asked], 'IntentRefused', { code: 'too_late', text: `${name} refused, the release has ended (promoted); asked for by anna` }],
  ]),
  ['an abort during the rollback', [happyUntil('apply'), after(8), abortedBy('anna')], 'IntentRefused', { code: 'too_late', text: 'abort refused, the release is being rolled back; asked for by anna' }],
  ['an abort after the end', [happyUntil('apply'), after(8), after(8), abortedBy('anna')], 'IntentRefused', { code: 'too_late', text: 'abort refused, the release has ended (stuck); asked for by anna' }],
  ['a promotion of a paused release', [happyUntil('analyse'), pausedBy('ben'), promotedBy('anna')], 'ReleaseResumed', { code: 'skipped_by_person', rule: 'intent', text: 'resumed in order to be promoted, as asked for by anna', evidence: anna }],
  ['a full promotion', [happyUntil('shiftTraffic'), promotedBy('anna', { full: true, reason: 'urgent fix' })], 'PromotionDecided', { code: 'skipped_by_person', rule: 'intent', text: 'promoted at once, 3 analyses skipped, by anna: urgent fix', evidence: { ...anna, skipped: 3 } }],

  ['a release that another one is in front of, where that is refused', [busy('reject'), requested()], 'ReleaseRejected', { code: 'busy', rule: 'policy.whenBusy', text: 'release R1 is under way', evidence: { behind: 'R1', whenBusy: 'reject' } }],
  ['a newer one where only the latest waits', [busy('latestOnly'), requested(), busy('latestOnly', waiter('R3', 5))], 'ReleaseSuperseded', { code: 'superseded', rule: 'policy.whenBusy', text: 'release R3 was requested later, and only the latest waits', evidence: { by: 'R3', whenBusy: 'latestOnly' } }],
  ['a later one that a user wants at once', [busy('latestOnly'), requested({ urgent: true }), busy('latestOnly', urgent('R3', 5))], 'ReleaseSuperseded', { code: 'superseded', rule: 'urgent', text: 'release R3 was asked for later', evidence: { by: 'R3', whenBusy: 'latestOnly' } }],
  ['a newer one that takes over', [happyUntil('analyse'), meanwhile({ waiting: [waiter('R3', 60, 'supersede')] })], 'RollbackDecided', { code: 'superseded', rule: 'policy.whenBusy', text: 'release R3 was requested later and takes over', evidence: { by: 'R3', whenBusy: 'supersede' } }],
  ['one that a user wants at once', [happyUntil('promote'), meanwhile({ waiting: [urgent('R3', 60)] })], 'RollbackDecided', { code: 'superseded', rule: 'urgent', text: 'release R3 is wanted at once and takes over', evidence: { by: 'R3' } }],

  ['a workload of another installation', [requested(), inspected({ owner: 'foreign' })], 'ReleaseRejected', { code: 'foreign_owner', rule: 'inspection', text: 'the workload belongs to another installation of Alloy', evidence: { owner: 'foreign', exists: true } }],
  ['an inspection that never came', [requested(), after(600)], 'ReleaseFailed', { code: 'inspection_deadline', rule: 'policy.inspectionDeadline', text: 'nobody has looked at the cluster for 600 s: see that the executor runs and is ready', evidence: { openedAt: '2026-01-01T00:00:00.000Z', deadline: 600 } }],
  ['a cluster that could not be inspected', [requested(), noAccess('unreachable', 'no answer'), after(600)], 'ReleaseFailed', { code: 'unreachable', text: 'the cluster could not be looked at for 600 s; no answer (seen at 2026-01-01T00:00:00.000Z)', evidence: { openedAt: '2026-01-01T00:00:00.000Z', deadline: 600, access: 'unreachable', accessFailedAt: '2026-01-01T00:00:00.000Z' } }],

  ['a first release', [meanwhile({ stable: null }), requested(), inspected(nothingRuns)], 'ReleasePlanned', { code: 'first_release', rule: 'strategy', text: 'a rollout: no stable version runs yet that a canary could be compared with', evidence: { requested: 'auto', running: false, stable: null, stableReleaseId: null } }],
  ['a first release that was to be a canary', [meanwhile({ stable: null }), requested({ strategy: 'canary' }), inspected(nothingRuns)], 'ReleasePlanned', { text: 'a rollout, although a canary was asked for: no stable version runs yet that a canary could be compared with' }],
  ['a stable version that is scaled to zero', [requested(), inspected({ replicas: 0, ready: 0 })], 'ReleasePlanned', { code: 'first_release', evidence: { requested: 'auto', running: false, stable: 'v1', stableReleaseId: 'R1' } }],
  ['a canary', [requested(), inspected()], 'ReleasePlanned', { code: 'has_stable', rule: 'strategy', text: 'a canary: v1 is the stable version', evidence: { requested: 'auto', running: true, stable: 'v1', stableReleaseId: 'R1' } }],
  ['a strategy that was asked for', [requested({ strategy: 'rollout' }), inspected()], 'ReleasePlanned', { code: 'asked_for', rule: 'strategy', text: 'a rollout, as asked for' }],
  ['the first release over a version that ran before', [meanwhile({ stable: null }), requested(), adopted(), inspected({ owner: 'unowned' })], 'ReleasePlanned', { code: 'first_release', rule: 'strategy', text: 'a rollout: the first release over v0, which ran before Alloy', evidence: { requested: 'auto', running: true, stable: 'v0', stableReleaseId: null } }],

  ['a promotion of a rollout', [requested({ strategy: 'rollout' }), inspected(), applied()], 'PromotionDecided', { code: 'all_steps_done', rule: 'plan', text: 'a rollout goes straight to all pods', evidence: { analyses: 0, passed: 0, skipped: 0 } }],
  ['a promotion of a canary', [happyUntil('promote')], 'PromotionDecided', { code: 'all_steps_done', rule: 'plan', text: '3 of 3 analyses passed', evidence: { analyses: 3, passed: 3, skipped: 0 } }],
  ['a promotion', [happyUntil()], 'ReleasePromoted', { code: 'all_steps_done', rule: 'plan', text: 'v2 is the stable version', evidence: { steps: 12 } }],
  ['an effect that can not succeed', [happyUntil('apply'), effectFailed('forbidden', 'no right to it')], 'RollbackDecided', { code: 'forbidden', rule: 'effect', text: "apply can't be carried out: no right to it", evidence: { step: 'apply' } }],
  ['a rollback that can not succeed', [happyUntil('apply'), after(8), effectFailed('forbidden', 'no right to it')], 'ReleaseStuck', { code: 'forbidden', rule: 'effect', text: "the way back can't be finished: no right to it; it was begun because no progress of apply for 8 s", evidence: { rollback: 'progress_deadline' } }],
  ['a rollback that takes too long', [happyUntil('scaleCanary'), degraded('OOMKilled'), after(8)], 'ReleaseStuck',
    { code: 'rollback_deadline', rule: 'policy.progressDeadline', text: 'no progress of rollback for 8 s; it was begun because pod web-1 was killed because it ran out of memory (OOMKilled), 0 of 1 canary pods ready', evidence: expect.objectContaining({ step: 'rollback', rollback: 'out_of_memory' }) }],
];

describe('the reason of a decision', () => {
  it.each(examples.map(([what, items, type, reason]) => [what, type, items, reason] as const))('%s: %s', (_, type, items, reason) => {
    const { log } = given(...items);
    const found = log.find((event) => event.type === type);
    expect((found?.data as { readonly reason?: Reason } | undefined)?.reason).toMatchObject(reason);
  });
});
