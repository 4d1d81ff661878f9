import type { PlannedPolicy } from '../policy';
import { checkHistory } from '../replay/check-history';
import {
  after, currentOf, degraded, given, happyFacts, happyUntil, identity, inspected, meanwhile, passed, policy, promotedBy, requested,
  resumedBy, shifted, trafficDrifted, type Scenario,
} from '../testing';

const steps: PlannedPolicy['steps'] = [
  { setWeight: 25 }, { analysis: { duration: 5 } }, { setWeight: 50 }, { analysis: { duration: 5 } },
];
const released = (over: Partial<PlannedPolicy> = {}): Scenario => given(
  meanwhile({ policy: { ...policy, steps, traffic: { router: 'gatewayApi', drainSeconds: 5 }, onFail: 'scaleDownCanary', ...over } }),
  requested(), inspected({ replicas: 8, ready: 8 }),
);
const crash = degraded('CrashLoopBackOff');
const step = ({ state }: Scenario) => `${currentOf(state).spec.kind} ${currentOf(state).ref.step}, attempt ${currentOf(state).ref.attempt}`;
/** The shift of the first analysis is in progress again, because another client has undone it. */
const repeating = (): Scenario => released().given(happyUntil('analyse'), trafficDrifted());

/** The steps from here on until the one with this text. */
function stepsUntil(scenario: Scenario, last: string): readonly string[] {
  const found = [step(scenario)];
  while (found.at(-1) !== last && found.length < 30) found.push(step(scenario.given(...happyFacts(scenario.state))));
  return [...new Set(found)];
}

describe('a shift that is repeated, and a canary that is scaled down', () => {
  it('leads a release that failed during the repetition back to the interrupted analysis', () => {
    const scenario = repeating().when(crash).then({ type: 'ScaleDownDecided', reason: expect.objectContaining({ code: 'crash_loop' }) });
    scenario.when(shifted(0)).then({ type: 'ReleaseHeld', isScaledDown: true }).when(resumedBy('ada'));
    expect(stepsUntil(scenario, 'analyse 3, attempt 3')).toEqual([
      'apply 0, attempt 3', 'scaleCanary 1, attempt 3', 'shiftTraffic 2, attempt 3', 'analyse 3, attempt 3',
    ]);
    scenario.when(after(5), passed()).then('StepCompleted', 'StepStarted');
    expect(step(scenario)).toBe('scaleCanary 4, attempt 1');
  });

  it('counts no earlier repetition after a resume', () => {
    const scenario = repeating().given(crash, shifted(0), resumedBy('ada'), happyUntil('analyse'));
    scenario.when(trafficDrifted()).then('ShiftRepeated', { type: 'StepStarted', step: 2, attempt: 4 });
    scenario.when(shifted()).then('StepCompleted', { type: 'StepStarted', step: 3, attempt: 4 });
  });

  it('happens after the third repetition, with the reason of the traffic', () => {
    const scenario = released().given(happyUntil('analyse'));
    for (const wait of [0, 5, 15]) scenario.given(trafficDrifted(), after(wait), shifted());
    scenario.when(trafficDrifted()).then({ type: 'ScaleDownDecided', reason: expect.objectContaining({
      code: 'traffic_drifted', evidence: expect.objectContaining({ restored: 3 }),
    }) });
    scenario.when(shifted(0), resumedBy('ada'));
    expect(step(scenario)).toBe('apply 0, attempt 5');
    scenario.given(happyUntil('analyse')).when(trafficDrifted()).then('ShiftRepeated', { type: 'StepStarted', step: 2, attempt: 6 });
  });

  it('gives each step another attempt, also if the shift of an earlier stage was repeated', () => {
    const scenario = repeating().given(shifted(), passed(), happyUntil('analyse', 2), crash, shifted(0), resumedBy('ada'));
    expect(stepsUntil(scenario, 'analyse 6, attempt 3')).toEqual([
      'apply 0, attempt 3', 'scaleCanary 1, attempt 3', 'shiftTraffic 2, attempt 3', 'scaleCanary 4, attempt 3',
      'shiftTraffic 5, attempt 3', 'analyse 6, attempt 3',
    ]);
    const started = scenario.log.filter(({ type }) => type === 'StepStarted').map(({ data }) => data as { step: number; attempt: number });
    const attempts = started.map(({ step: index, attempt }) => `${index}.${attempt}`);
    expect(attempts).toEqual([...new Set(attempts)]);
  });

  it('gives each step another attempt than the most repeated one of all stages had', () => {
    const scenario = repeating().given(shifted(), trafficDrifted(), after(5), shifted(), passed(), happyUntil('analyse', 2));
    scenario.given(trafficDrifted(), shifted(), crash, shifted(0), resumedBy('ada'));
    expect(step(scenario)).toBe('apply 0, attempt 4');
  });

  it('repeats only the shift of its own stage during a repetition of the steps', () => {
    const scenario = released().given(happyUntil('analyse', 2), crash, shifted(0), resumedBy('ada'), happyUntil('analyse'));
    expect(step(scenario)).toBe('analyse 6, attempt 2');
    scenario.when(trafficDrifted()).then('ShiftRepeated', { type: 'StepStarted', step: 5, attempt: 3 });
    scenario.when(shifted()).then('StepCompleted', { type: 'StepStarted', step: 6, attempt: 3 });
    scenario.when(after(5), passed()).then('StepCompleted', 'PromotionDecided', 'StepStarted');
  });

  it('ignores a difference that is found in a step that sets the traffic, and in the scale-down', () => {
    const scenario = repeating().when(trafficDrifted()).then();
    scenario.given(crash).when(trafficDrifted()).then();
    scenario.when(shifted(0)).then('ReleaseHeld').when(resumedBy('ada'));
    expect(step(scenario)).toBe('apply 0, attempt 3');
  });

  it('lets a promotion end the interrupted analysis after the canary has its traffic again', () => {
    const scenario = repeating().given(crash, shifted(0), resumedBy('ada')).when(promotedBy('ada')).then();
    scenario.given(happyUntil('shiftTraffic')).when(shifted())
      .then(
        'StepCompleted', { type: 'StepStarted', step: 3 }, { type: 'StepCompleted', step: 3 }, { type: 'StepStarted', step: 4, attempt: 1 },
      );
  });

  it.each([['rollBack', 'RollbackDecided'], ['hold', 'ReleaseHeld']] as const)(
    'does not happen by onTrafficDrift: %s', (onTrafficDrift, type) =>
      void released({ onTrafficDrift }).given(happyUntil('analyse')).when(trafficDrifted()).then({ type }),
  );

  it('shows no traffic on the canary if an outcome of the failed step arrives after the scale-down', () => {
    const scenario = repeating();
    const late = shifted()(scenario.state as never);
    scenario.given(crash, shifted(0)).append(late);
    scenario.thenState({ status: 'held', weights: { asked: 0, reached: 0 } });
  });

  it('shows the traffic of a late outcome if the canary keeps it in the hold', () => {
    const scenario = released({ onFail: 'hold' }).given(happyUntil('shiftTraffic'));
    const late = shifted()(scenario.state as never);
    scenario.given(crash).append(late);
    scenario.thenState({ status: 'held', weights: { asked: 25, reached: 25 } });
  });

  it('is decided the same way from its history', () => {
    const { log } = repeating().given(crash, shifted(0), resumedBy('ada'), happyUntil('analyse'), trafficDrifted(), shifted());
    expect(checkHistory({ identity, log }).deviations).toEqual([]);
  });
});
