import { checkHistory } from '../replay/check-history';
import { managedRoutesAt } from '../managed-routes';
import type { PlannedPolicy } from '../policy';
import { canaryStepsSchema } from '../policy-steps';
import { given, happyUntil, identity, inspected, meanwhile, policy, requested } from '../testing';

const match = [{ header: { name: 'x-beta', exact: 'yes' } }];
const set = (name: string) => ({ setHeaderRoute: { name, match } });
const mirror = (name: string, percentage?: number) => ({ setMirrorRoute: { name, ...(percentage !== undefined && { percentage }) } });
const remove = (name: string) => ({ setHeaderRoute: { name } });
const analysis = { analysis: { duration: 5 } };
const withSteps = (steps: PlannedPolicy['steps']) => meanwhile({ policy: { ...policy, traffic: { router: 'gatewayApi' }, steps } });
const released = (steps: PlannedPolicy['steps']) => given(withSteps(steps), requested(), inspected());
const planOf = (steps: PlannedPolicy['steps']) => {
  const { state } = released(steps);
  if (!('plan' in state)) throw new Error(`no plan in ${state.status}`);
  return state.plan;
};
const faults = (steps: unknown): readonly string[] =>
  (canaryStepsSchema.safeParse(steps).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('a header route', () => {
  it('gives the canary a pod before its first requests, and needs no weight', () => {
    const { steps } = planOf([set('beta'), analysis]);
    expect(steps.map(({ kind }) => kind)).toEqual(['apply', 'scaleCanary', 'setHeaderRoute', 'analyse', 'promote', 'retire']);
    expect(steps[1]).toMatchObject({ split: { canary: 1, stable: 5 } });
    expect(steps[2]).toMatchObject({ name: 'beta', match, weight: 0, split: { canary: 1, stable: 5 } });
  });

  it('keeps the pods and the weight that the canary has', () => {
    const { steps } = planOf([{ setWeight: 50 }, set('beta')]);
    expect(steps.slice(1, 4)).toMatchObject([
      { kind: 'scaleCanary' }, { kind: 'shiftTraffic' }, { kind: 'setHeaderRoute', weight: 50, split: { canary: 3, stable: 5 } },
    ]);
  });

  it('is in effect until a step removes it', () => {
    const plan = planOf([set('beta'), set('staff'), remove('beta'), { setWeight: 50 }]);
    const names = plan.steps.map((_, index) => managedRoutesAt(plan, index).map(({ name }) => name).join());
    // apply, scaleCanary, three steps of routes, scaleCanary, shiftTraffic, promote, retire
    expect(names).toEqual(['', '', 'beta', 'beta,staff', 'staff', 'staff', 'staff', 'staff', 'staff']);
    expect(managedRoutesAt(plan, -1)).toEqual([]);
  });

  it('ends with its traffic shifted, and the release is promoted', () => {
    const scenario = given(withSteps([set('beta'), analysis, remove('beta'), { setWeight: 50 }]), happyUntil());
    expect(scenario.state.status).toBe('promoted');
    const codes = scenario.log.flatMap((event) => (event.type === 'StepCompleted' ? [event.data.reason] : []));
    expect(codes.filter(({ rule }) => rule === 'step.setHeaderRoute').map(({ text }) => text)).toEqual([
      'the requests of header route beta go to the canary', 'header route beta is removed',
    ]);
    expect(checkHistory({ identity, log: scenario.log }).deviations).toEqual([]);
  });
});

describe('a mirror route', () => {
  it('gives the canary a pod before its first copies, and is in effect until a step removes it', () => {
    const plan = planOf([mirror('shadow', 50), analysis, mirror('shadow'), { setWeight: 50 }]);
    expect(plan.steps.slice(1, 5)).toMatchObject([
      { kind: 'scaleCanary', split: { canary: 1 } }, { kind: 'setMirrorRoute', name: 'shadow', percentage: 50, match: null, weight: 0 },
      { kind: 'analyse', weight: 0 }, { kind: 'setMirrorRoute', percentage: null },
    ]);
    expect(plan.steps.map((_, index) => managedRoutesAt(plan, index).length)).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0]);
  });

  it.each([[0], [101], [12.5], [NaN]])('copies no %d percent', (percentage) =>
    expect(faults([mirror('shadow', percentage)])).toEqual([expect.stringMatching(/^0\.setMirrorRoute\.percentage: /)]));

  it('ends with its traffic shifted, and the release is promoted', () => {
    const scenario = given(withSteps([mirror('shadow', 50), analysis, mirror('shadow'), { setWeight: 50 }]), happyUntil());
    expect(scenario.state.status).toBe('promoted');
    expect(checkHistory({ identity, log: scenario.log }).deviations).toEqual([]);
  });
});

describe('the steps of a policy are refused', () => {
  const nameText = 'A route of this name is in effect: remove it first, or choose another name.';
  const oneText = 'A match has at least one of these keys: header, cookie, queryParam, method.';
  it.each<[string, readonly unknown[], string]>([
    ['a name twice', [set('a'), set('a')], `1.setHeaderRoute.name: ${nameText}`],
    ['the removal of an unknown name', [set('a'), remove('b')],
      '1.setHeaderRoute.name: No header route of this name is in effect, so that there is nothing to remove; `match` sets one.'],
    ['a mirror of the name of a header route', [set('a'), mirror('a', 5)], `1.setMirrorRoute.name: ${nameText}`],
    ['the removal of a header route as a mirror', [set('a'), mirror('a')],
      '1.setMirrorRoute.name: No mirror route of this name is in effect, so that there is nothing to remove; `percentage` sets one.'],
    ['a mirror with a match and no percentage', [{ setMirrorRoute: { name: 'a', match } }],
      '0.setMirrorRoute: A route with `match` has a `percentage`; without both, the step removes it.'],
    ['a match without a condition', [{ setHeaderRoute: { name: 'a', match: [{}] } }], `0.setHeaderRoute.match.0: ${oneText}`],
    ['no matches', [{ setHeaderRoute: { name: 'a', match: [] } }],
      '0.setHeaderRoute.match: These are no matches: leave out `match` to remove the route.'],
    ['a header without a value', [{ setHeaderRoute: { name: 'a', match: [{ header: { name: 'x' } }] } }],
      '0.setHeaderRoute.match.0.header: This has exactly one of these keys: exact, regex.'],
    ['a regular expression that does not compile', [{ setHeaderRoute: { name: 'a', match: [{ header: { name: 'x', regex: '(' } }] } }],
      '0.setHeaderRoute.match.0.header.regex: This is not a regular expression that RE2 accepts.'],
    ['a regular expression with lookahead', [{ setHeaderRoute: { name: 'a', match: [{ header: { name: 'x', regex: '(?!a)b' } }] } }],
      '0.setHeaderRoute.match.0.header.regex: This is not a regular expression that RE2 accepts.'],
    ['two conditions on cookies', [
      { setHeaderRoute: { name: 'a', match: [{ header: { name: 'Cookie', exact: 'a=b' }, cookie: { name: 'a', exact: 'b' } }] } },
    ], '0.setHeaderRoute.match.0: A match has one condition on the header Cookie.'],
    ['an analysis after the only route is removed', [set('a'), remove('a'), analysis],
      '2: Before the first setWeight the canary gets no requests to analyse.'],
  ])('for %s', (_case, steps, fault) => expect(faults(steps)).toContain(fault));

  it('unless they are right', () => expect(faults([set('a'), analysis, remove('a'), set('a')])).toEqual([]));
});
