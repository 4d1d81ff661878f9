import fc from 'fast-check';
import type { ReleaseEvent } from '../events';
import { isRunning, isUnplanned } from '../guards';
import type { PlannedPolicy } from '../policy';
import type { State } from '../state';
import * as facts from './facts';
import { expedited, nothingRuns, policy, probe, waiter } from './fixtures';
import { happyFacts } from './happy-path';
import { after, meanwhile, type Item, type Meanwhile, type Scenario } from './scenario';

/** A change of a release, chosen independently of its state. */
export type Happening = (scenario: Scenario) => void;

/** A fact that needs a running step; nothing if no step runs. */
const onStep = (fact: facts.Fact): Happening => (scenario) => {
  if (isRunning(scenario.state) && scenario.state.current) scenario.apply(fact);
};
const always = (item: Item): Happening => (scenario) => scenario.apply(item);

const pods = fc.integer({ min: 0, max: 6 });
const cause = fc.constantFrom('CrashLoopBackOff', 'ImagePullBackOff', 'OOMKilled', 'Unschedulable');
const name = fc.constantFrom('anna', 'ben');
const seconds = fc.constantFrom(0.001, 1, 3, 5, 5, 8, 100);

const goodFact: fc.Arbitrary<Happening> = fc.constant((scenario: Scenario) => {
  if (scenario.state.status === 'gated') return scenario.apply(facts.inspected());
  if (!isRunning(scenario.state) || !scenario.state.current) return;
  for (const fact of happyFacts(scenario.state)) scenario.apply(fact);
});
const anyFact: fc.Arbitrary<facts.Fact> = fc.oneof(
  fc.constantFrom(
    facts.applied(),
    facts.scaled(),
    facts.shifted(),
    facts.shifted(0),
    facts.passed(),
    facts.failed(),
    facts.inconclusive(),
    facts.inconclusive('no_data'),
  ),
  pods.map(facts.ready),
  pods.map(facts.progressed),
  cause.map((one) => facts.degraded(one)),
  fc.constantFrom(facts.blocked('QuotaExceeded', 'exceeded quota: small'), facts.unblocked(), facts.followerObserved('NotReady')),
  fc.constant(facts.effectFailed('forbidden')),
  fc.constantFrom(facts.trafficDrifted(), facts.trafficDrifted({ cause: 'deleted', canRestore: false })),
  fc.constantFrom(facts.noAccess('unreachable'), facts.accessRegained(), facts.drifted()),
  fc.constant(facts.verdict({ observedSeconds: 1 })),
);
const intent = fc.oneof(
  name.map((who) => facts.promotedBy(who)),
  name.map((who) => facts.promotedBy(who, { full: true })),
  name.map((who) => facts.abortedBy(who)),
  name.map((who) => facts.pausedBy(who)),
  name.map((who) => facts.resumedBy(who)),
);
/** A fact recorded earlier arrives again. */
const duplicate: fc.Arbitrary<Happening> = fc.nat(1000).map((index) => (scenario) => {
  const old = scenario.log[index % scenario.log.length];
  if (old && isFact(old)) scenario.append({ type: old.type, data: old.data } as ReleaseEvent);
});
const surroundings = fc.constantFrom(
  meanwhile({ waiting: [] }),
  meanwhile({ waiting: [waiter('R3', 60)] }),
  meanwhile({ waiting: [waiter('R3', 60, 'supersede')] }),
  meanwhile({ waiting: [waiter('R1', -60, 'queue')] }),
  meanwhile({ waiting: [expedited('R3', 60)] }),
  meanwhile({ policy: { ...policy, whenBusy: 'queue' } }),
  meanwhile({ policy: { ...policy, whenBusy: 'reject', stages: [{ weight: 60, duration: 1 }] } }),
);
/** Another release takes the slot and releases it, before this one holds it. */
const slotMoves: fc.Arbitrary<Happening> = fc.constantFrom('R1', null).map((holder) => (scenario) => {
  const { slot } = scenario.context;
  if (isUnplanned(scenario.state))
    scenario.context = { ...scenario.context, slot: { holder, counter: holder === null ? slot.counter : slot.counter + 1 } };
});
const inspections = fc.constantFrom(
  facts.inspected(),
  facts.inspected({ replicas: 2 }),
  facts.inspected(nothingRuns),
  facts.inspected({ owner: 'foreign' }),
  facts.inspected({ metrics: [probe('no_requests')] }),
  facts.inspected({ metrics: [probe('requests')] }),
  facts.adopted(),
);

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: goodFact },
  { weight: 4, arbitrary: anyFact.map(onStep) },
  { weight: 2, arbitrary: anyFact.map((fact) => onStep(facts.stale(fact))) },
  { weight: 2, arbitrary: duplicate },
  { weight: 3, arbitrary: seconds.map((some) => always(after(some))) },
  { weight: 2, arbitrary: intent.map(always) },
  { weight: 1, arbitrary: surroundings.map(always) },
  { weight: 1, arbitrary: slotMoves },
  { weight: 1, arbitrary: inspections.map(always) },
);

const drift = fc.constantFrom(facts.trafficDrifted(), facts.trafficDrifted({ found: '1 % to web-canary' })).map(onStep);
const failing = fc.constantFrom(facts.failed(), facts.degraded('CrashLoopBackOff'), facts.effectFailed('forbidden')).map(onStep);
const resumeHeld: Happening = (scenario) => {
  if (scenario.state.status === 'held') scenario.apply(facts.resumedBy('anna'));
};
/** Another client undoes the shifts of a release whose steps fail, and which a user resumes. */
export const contested: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: goodFact },
  { weight: 5, arbitrary: drift },
  { weight: 1, arbitrary: failing },
  { weight: 3, arbitrary: fc.constant(resumeHeld) },
  { weight: 3, arbitrary: seconds.map((some) => always(after(some))) },
  { weight: 1, arbitrary: happening },
);

const paused: PlannedPolicy['steps'] = [
  { setWeight: 20 }, { analysis: { duration: 5 } }, { setWeight: 50 }, { pause: { duration: 5 } }, { analysis: { duration: 5 } },
];
export const contestedBeginning: fc.Arbitrary<Meanwhile> = fc.constantFrom(
  meanwhile({ policy: { ...policy, onFail: 'scaleDownCanary' } }),
  meanwhile({ policy: { ...policy, onFail: 'scaleDownCanary', steps: paused } }),
);

/** The context in which a release is requested: with or without a stable version, alone or queued. */
export const beginning: fc.Arbitrary<Meanwhile> = fc.constantFrom(
  meanwhile({ policy: { ...policy, onFail: 'hold' } }),
  meanwhile({ policy: { ...policy, onFail: 'scaleDownCanary' } }),
  meanwhile({ policy: { ...policy, steps: [{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: 5 } }] } }),
  meanwhile({}),
  meanwhile({}),
  meanwhile({ stable: null }),
  meanwhile({ slot: { holder: 'R1', counter: 1 } }),
);

const factTypes: ReadonlySet<ReleaseEvent['type']> = new Set([
  'ManifestsApplied', 'WorkloadScaled', 'TrafficShifted', 'EffectFailed', 'WorkloadBecameReady', 'WorkloadProgressed',
  'WorkloadDegraded', 'VerdictReached', 'TargetInspected', 'StableAdopted',
]);
const isFact = ({ type }: ReleaseEvent): boolean => factTypes.has(type);

/** The part of a state that a stale fact must not change. */
export const essence = (state: State): unknown => ({ ...state, version: 0, updatedAt: '' });
