import fc from 'fast-check';
import { decide } from '../decide';
import { evolve } from '../evolve';
import { refusalOfIntent } from '../refusal-of-intent';
import type { Decision } from '../context';
import type { PendingIntent, Recorded, State } from '../state';
import { isoOf } from '../time';
import { degraded, failed, given, happyUntil, meanwhile, pausedBy, policy, requested, type Scenario } from '../testing';
import { beginning, happening } from '../testing/interleavings';

const types = [
  'AbortRequested', 'PromotionRequested', 'PauseRequested', 'ResumeRequested',
] as const satisfies readonly PendingIntent['type'][];

const holding = meanwhile({ policy: { ...policy, onFail: 'hold' } });

/** The planner's decision if this intent arrived now. */
function decisions({ state, context, now }: Scenario, type: PendingIntent['type'], full: boolean): readonly Decision[] {
  const data = type === 'PromotionRequested' ? { full, reason: null } : { reason: null };
  const asked = {
    type, data, id: 'asked',
    version: state.version + 1,
    occurredAt: isoOf(now),
    actor: { kind: 'user', id: 'anna' },
  } as Recorded;
  return decide(evolve(state, asked), context, now);
}

/** The refusal's code, or undefined. */
const refusalIn = (decided: readonly Decision[]): string | undefined =>
  decided.flatMap((decision) =>
    decision.type === 'IntentRefused' && decision.data.intent === 'asked' ? [decision.data.reason.code] : [],
  )[0];

/**
 * A paused or held release that this intent resumes is rolled back, held, or scaled down, immediately for what happened
 * meanwhile: the intent loses that race, and only the planner can refuse it.
 */
const overtaking: ReadonlySet<Decision['type']> = new Set(['RollbackDecided', 'ReleaseHeld', 'ScaleDownDecided']);
const isOvertaken = ({ state }: Scenario, decided: readonly Decision[]): boolean =>
  (state.status === 'paused' || state.status === 'held') && decided.some(({ type }) => overtaking.has(type));

describe('refusalOfIntent', () => {
  const history = fc.record({ beginning, then: fc.array(happening, { maxLength: 40 }) });
  const seen = new Set<State['status']>();

  it('refuses what the planner would refuse, with the same code', () => {
    fc.assert(fc.property(history, fc.constantFrom(...types), fc.boolean(), ({ beginning: start, then }, type, full) => {
      const scenario = given(start, requested());
      for (const happens of then) {
        happens(scenario);
        scenario.decide();
      }
      // A pending intent may be answered first and change the answer.
      if (scenario.state.status !== 'none' && scenario.state.intents.length > 0) return;
      const decided = decisions(scenario, type, full);
      if (isOvertaken(scenario, decided)) return;
      seen.add(scenario.state.status);
      expect(refusalOfIntent(scenario.state, type, full)?.code).toBe(refusalIn(decided));
    }), { numRuns: 1500 });
    expect([...seen]).toEqual(expect.arrayContaining(['queued', 'gated', 'releasing', 'paused', 'held', 'promoting', 'rollingBack']));
  });

  it.each([
    ['PauseRequested', 'ResumeRequested'],
    ['ResumeRequested', 'PauseRequested'],
    ['PromotionRequested', 'PauseRequested'],
  ] as const)('while %s is pending, %s is accepted, as the planner would', (before, type) => {
    const scenario = before === 'PauseRequested' ? given(happyUntil('analyse')) : given(happyUntil('analyse'), pausedBy('anna'));
    expect(refusalOfIntent(scenario.state, type)).toBeDefined();
    scenario.append(
      before === 'PromotionRequested' ? { type: before, data: { full: false, reason: null } } : { type: before, data: { reason: null } },
    );
    expect(refusalIn(decisions(scenario, type, false))).toBeUndefined();
    expect(refusalOfIntent(scenario.state, type)).toBeUndefined();
  });

  it.each(types)('answers %s in every status', (type) => {
    for (const scenario of [
      given(requested()),
      given(happyUntil('analyse')),
      given(happyUntil('analyse'), pausedBy('anna')),
      given(holding, happyUntil('analyse'), failed()),
      given(holding, happyUntil('promote'), degraded('ImagePullBackOff')),
      given(happyUntil('promote')),
      given(happyUntil()),
    ]) {
      expect(refusalOfIntent(scenario.state, type, true)?.code).toBe(refusalIn(decisions(scenario, type, true)));
    }
  });
});
