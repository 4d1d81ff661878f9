import type { Reason } from '../events';
import type { Recorded } from '../state';
import {
  abortedBy, adopted, after, applied, atOnce, degraded, effectFailed, given, happyUntil, inspected, meanwhile, noAccess,
  nothingRuns, pausedBy, policy, promotedBy, requested, resumedBy, expedited, waiter, type Item,
} from '../testing';

const busy = (whenBusy: typeof policy.whenBusy, ...waiting: ReturnType<typeof waiter>[]): Item =>
  meanwhile({ policy: { ...policy, whenBusy }, slot: { holder: 'R1', counter: 1 }, waiting });
const anna = { by: 'anna', byKind: 'user', intent: expect.stringMatching(/^e\d+$/) };

type Example = readonly [what: string, items: readonly Item[], type: Recorded['type'], reason: Partial<Reason>];

/** Items, and the reason of the first resulting decision of that type. */
const examples: readonly Example[] = [
  [
    'an abort before any change',
    [requested(), abortedBy('anna', 'wrong tag')],
    'ReleaseAborted',
    { code: 'aborted', rule: 'intent', text: 'aborted before any change by anna: wrong tag', evidence: anna },
  ],
  [
    'an abort of a running release',
    [happyUntil('scaleCanary'), abortedBy('anna')],
    'RollbackDecided',
    { code: 'aborted', rule: 'intent', text: 'aborted while releasing by anna', evidence: { ...anna, status: 'releasing', step: 1 } },
  ],
  [
    'a promotion before the release has begun',
    [requested(), promotedBy('anna')],
    'IntentRefused',
    { code: 'not_running', rule: 'intent', text: 'promotion refused, the release has not begun; requested by anna', evidence: anna },
  ],
  [
    'a pause before the release has begun',
    [requested(), pausedBy('anna', 'lunch')],
    'IntentRefused',
    { code: 'not_running', text: 'pause refused, the release has not begun; requested by anna: lunch' },
  ],
  [
    'a resume before the release has begun',
    [requested(), resumedBy('anna')],
    'IntentRefused',
    { code: 'not_running', text: 'resume refused, the release has not begun; requested by anna' },
  ],
  [
    'a resume of a release that runs',
    [happyUntil('apply'), resumedBy('anna')],
    'IntentRefused',
    { code: 'not_paused', text: 'resume refused, the release is not paused; requested by anna' },
  ],
  [
    'a pause of a paused release',
    [happyUntil('apply'), pausedBy('ben'), pausedBy('anna')],
    'IntentRefused',
    { code: 'paused_by_person', text: 'pause refused, it is paused already; requested by anna' },
  ],
  [
    'a promotion that a later pause overrides',
    [happyUntil('apply'), atOnce(promotedBy('anna'), pausedBy('ben'))],
    'IntentRefused',
    { code: 'paused_by_person', text: 'promotion refused, ben paused the release before the promotion began; requested by anna' },
  ],
  [
    'a promotion with nothing left to skip',
    [requested({ strategy: 'rollout' }), inspected(), promotedBy('anna')],
    'IntentRefused',
    { code: 'nothing_to_promote', text: 'promotion refused, no analysis or pause is left to skip; requested by anna' },
  ],
  ...(
    [
      ['promotion', promotedBy('anna')],
      ['pause', pausedBy('anna')],
      ['resume', resumedBy('anna')],
    ] as const
  ).flatMap(([name, asked]): Example[] => [
    [
      `a ${name} during the promotion`,
      [happyUntil('promote'), asked],
      'IntentRefused',
      { code: 'too_late', text: `${name} refused, the release is being promoted; requested by anna` },
    ],
    [
      `a ${name} during the rollback`,
      [happyUntil('apply'), after(8), asked],
      'IntentRefused',
      { code: 'too_late', text: `${name} refused, the release is being rolled back; requested by anna` },
    ],
    [
      `a ${name} after the end`,
      [happyUntil(), asked],
      'IntentRefused',
      { code: 'too_late', text: `${name} refused, the release has ended (promoted); requested by anna` },
    ],
  ]),
  [
    'an abort during the rollback',
    [happyUntil('apply'), after(8), abortedBy('anna')],
    'IntentRefused',
    { code: 'too_late', text: 'abort refused, the release is being rolled back; requested by anna' },
  ],
  [
    'an abort after the end',
    [happyUntil('apply'), after(8), after(8), abortedBy('anna')],
    'IntentRefused',
    { code: 'too_late', text: 'abort refused, the release has ended (stuck); requested by anna' },
  ],
  [
    'a promotion of a paused release',
    [happyUntil('analyse'), pausedBy('ben'), promotedBy('anna')],
    'ReleaseResumed',
    { code: 'skipped_by_person', rule: 'intent', text: 'resumed for a promotion requested by anna', evidence: anna },
  ],
  [
    'a full promotion',
    [happyUntil('shiftTraffic'), promotedBy('anna', { full: true, reason: 'urgent fix' })],
    'PromotionDecided',
    {
      code: 'skipped_by_person',
      rule: 'intent',
      text: 'promoted with 3 analyses skipped by anna: urgent fix',
      evidence: { ...anna, skipped: 3 },
    },
  ],

  [
    'a release that must wait, if the policy rejects it',
    [busy('reject'), requested()],
    'ReleaseRejected',
    { code: 'busy', rule: 'policy.whenBusy', text: 'release R1 is under way', evidence: { behind: 'R1', whenBusy: 'reject' } },
  ],
  [
    'a newer one where only the latest waits',
    [busy('latestOnly'), requested(), busy('latestOnly', waiter('R3', 5))],
    'ReleaseSuperseded',
    {
      code: 'superseded',
      rule: 'policy.whenBusy',
      text: 'release R3 was requested later, and only the latest waits',
      evidence: { by: 'R3', whenBusy: 'latestOnly' },
    },
  ],
  [
    'a later expedited release',
    [busy('latestOnly'), requested({ urgent: true }), busy('latestOnly', expedited('R3', 5))],
    'ReleaseSuperseded',
    {
      code: 'superseded',
      rule: 'urgent',
      text: 'release R3 was requested later and is expedited',
      evidence: { by: 'R3', whenBusy: 'latestOnly' },
    },
  ],
  [
    'a newer one that takes over',
    [happyUntil('analyse'), meanwhile({ waiting: [waiter('R3', 60, 'supersede')] })],
    'RollbackDecided',
    {
      code: 'superseded',
      rule: 'policy.whenBusy',
      text: 'release R3 was requested later and takes over',
      evidence: { by: 'R3', whenBusy: 'supersede' },
    },
  ],
  [
    'an expedited release',
    [happyUntil('promote'), meanwhile({ waiting: [expedited('R3', 60)] })],
    'RollbackDecided',
    { code: 'superseded', rule: 'urgent', text: 'release R3 is expedited and takes over', evidence: { by: 'R3' } },
  ],

  [
    'a workload of another installation',
    [requested(), inspected({ owner: 'foreign' })],
    'ReleaseRejected',
    {
      code: 'foreign_owner',
      rule: 'inspection',
      text: 'the workload belongs to another installation of Alloy',
      evidence: { owner: 'foreign', exists: true },
    },
  ],
  [
    'an inspection that never came',
    [requested(), after(600)],
    'ReleaseFailed',
    {
      code: 'inspection_deadline',
      rule: 'policy.inspectionDeadline',
      text: 'no executor inspected the cluster within 600 s; check that an executor runs and is ready',
      evidence: { openedAt: '2026-01-01T00:00:00.000Z', deadline: 600 },
    },
  ],
  [
    'a cluster that could not be inspected',
    [requested(), noAccess('unreachable', 'no answer'), after(600)],
    'ReleaseFailed',
    {
      code: 'unreachable',
      text: 'the executor could not inspect the cluster within 600 s; no answer (seen at 2026-01-01T00:00:00.000Z)',
      evidence: { openedAt: '2026-01-01T00:00:00.000Z', deadline: 600, access: 'unreachable', accessFailedAt: '2026-01-01T00:00:00.000Z' },
    },
  ],

  [
    'a first release',
    [meanwhile({ stable: null }), requested(), inspected(nothingRuns)],
    'ReleasePlanned',
    {
      code: 'first_release',
      rule: 'strategy',
      text: 'no stable version runs to compare a canary with',
      evidence: { requested: 'auto', running: false, stable: null, stableReleaseId: null },
    },
  ],
  [
    'a first release requested as a canary',
    [meanwhile({ stable: null }), requested({ strategy: 'canary' }), inspected(nothingRuns)],
    'ReleasePlanned',
    { text: 'a canary was requested, but no stable version runs to compare it with' },
  ],
  [
    'a stable version that is scaled to zero',
    [requested(), inspected({ replicas: 0, ready: 0 })],
    'ReleasePlanned',
    { code: 'first_release', evidence: { requested: 'auto', running: false, stable: 'v1', stableReleaseId: 'R1' } },
  ],
  [
    'a canary',
    [requested(), inspected()],
    'ReleasePlanned',
    {
      code: 'has_stable',
      rule: 'strategy',
      text: 'stable version: v1',
      evidence: { requested: 'auto', running: true, stable: 'v1', stableReleaseId: 'R1' },
    },
  ],
  [
    'a requested strategy',
    [requested({ strategy: 'rollout' }), inspected()],
    'ReleasePlanned',
    { code: 'asked_for', rule: 'strategy', text: 'rollout requested' },
  ],
  [
    'the first release over a version that ran before',
    [meanwhile({ stable: null }), requested(), adopted(), inspected({ owner: 'unowned' })],
    'ReleasePlanned',
    {
      code: 'first_release',
      rule: 'strategy',
      text: 'first release over v0, which ran before Alloy',
      evidence: { requested: 'auto', running: true, stable: 'v0', stableReleaseId: null },
    },
  ],

  [
    'a promotion of a rollout',
    [requested({ strategy: 'rollout' }), inspected(), applied()],
    'PromotionDecided',
    { code: 'all_steps_done', rule: 'plan', text: 'a rollout has no analysis', evidence: { analyses: 0, passed: 0, skipped: 0 } },
  ],
  [
    'a promotion of a canary',
    [happyUntil('promote')],
    'PromotionDecided',
    { code: 'all_steps_done', rule: 'plan', text: '3 of 3 analyses passed', evidence: { analyses: 3, passed: 3, skipped: 0 } },
  ],
  [
    'a promotion',
    [happyUntil()],
    'ReleasePromoted',
    { code: 'all_steps_done', rule: 'plan', text: 'v2 is the stable version', evidence: { steps: 12 } },
  ],
  [
    'an effect that cannot succeed',
    [happyUntil('apply'), effectFailed('forbidden', 'no right to it')],
    'RollbackDecided',
    { code: 'forbidden', rule: 'effect', text: 'apply failed: no right to it', evidence: { step: 'apply' } },
  ],
  [
    'a rollback that cannot succeed',
    [happyUntil('apply'), after(8), effectFailed('forbidden', 'no right to it')],
    'ReleaseStuck',
    {
      code: 'forbidden',
      rule: 'effect',
      text: 'the rollback cannot be finished: no right to it; rolled back because no progress of apply for 8 s; it waited for the objects of the new version to be created',
      evidence: { rollback: 'progress_deadline' },
    },
  ],
  [
    'a rollback that takes too long',
    [happyUntil('scaleCanary'), degraded('OOMKilled'), after(8)],
    'ReleaseStuck',
    {
      code: 'rollback_deadline',
      rule: 'policy.progressDeadline',
      text: 'no progress of rollback for 8 s; it waited for 5 ready pods of v1 in Deployment web, and the pods of web-canary to end; see kubectl -n shop describe deployment web, and its pods; rolled back because pod web-1 was killed because it ran out of memory (OOMKilled), 0 of 1 canary pods ready',
      evidence: expect.objectContaining({ step: 'rollback', rollback: 'out_of_memory' }),
    },
  ],
];

describe('the reason of a decision', () => {
  it.each(examples.map(([what, items, type, reason]) => [what, type, items, reason] as const))('%s: %s', (_, type, items, reason) => {
    const { log } = given(...items);
    const found = log.find((event) => event.type === type);
    expect((found?.data as { readonly reason?: Reason } | undefined)?.reason).toMatchObject(reason);
  });
});
