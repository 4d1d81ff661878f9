import { median } from '../quantile';
import { ratioOfMedians, type Rounds } from '../rounds';
import { goalResult, number, times, type Figure, type Section } from '../section';
import { APPLY_OBJECTS, type ApplyRounds, type Parts } from './apply-rounds';
import { PLAN_OBJECTS, type PlanParts, type PlanRounds } from './plan-rounds';

const PLAN_GOAL = 1.5;
const APPLY_GOAL = 3;

const PLAN = `Planning a bundle of ${PLAN_OBJECTS} objects with dry run`;
const APPLY = `Applying a bundle of ${APPLY_OBJECTS} objects`;

export interface MeasuredBundles {
  readonly plan: PlanRounds;
  readonly apply: ApplyRounds;
}

/** `measured` undefined: there is no API server. */
export function bundleSections(measured: MeasuredBundles | undefined): readonly Section[] {
  const [plan, apply] = [planSection(measured?.plan), applySection(measured?.apply)];
  if (!measured) return [plan, apply];
  return [plan, profile(PLAN, planParts, measured.plan.parts), apply, profile(APPLY, applyParts, measured.apply.parts)];
}

const planSection = (rounds: PlanRounds | undefined): Section => ({
  ...compared(PLAN, 'the same requests, all at once', PLAN_GOAL, rounds),
  text: [
    'From the commit of the request until the commit of the plan: the trigger of the planner, its decision to inspect, the inspection (live reads,',
    'then a dry run of each object as the release will write it), and the plan. The floor sends the requests of the same inspection',
    rounds ? `(${rounds.requests}, of which ${rounds.dryRuns} are dry runs)` : '',
    'all at once, by a client with open connections, to an empty namespace, five times after each release; so it waits for no read.',
    'Executor and floor go through the same proxy, which records the requests. A kube-apiserver, without other releases.',
  ].join(' '),
});

const applySection = (rounds: ApplyRounds | undefined): Section => ({
  ...compared(APPLY, 'kubectl apply --server-side', APPLY_GOAL, rounds),
  text: [
    'From the POST of a first release until the API server has accepted the last object, the Deployment: with everything that Alloy does before it',
    'writes, which includes an inspection with a dry run of each object. The floor is a run of `kubectl apply --server-side` with the same files,',
    'with its discovery in its cache; it sends one object after the other. The executor goes through a proxy, kubectl does not.',
    'The same kube-apiserver, alternating, each time into an empty namespace.',
  ].join(' '),
});

function compared(title: string, floor: string, goal: number, rounds: Rounds | undefined): Section {
  const head = ['', 'rounds', `${floor}: p50, ms`, 'Alloy p50, ms', `ratio (goal ≤ ${goal})`];
  const figure = { name: title, goal: `≤ ${goal} × ${floor}` };
  if (!rounds) {
    const none: Figure = { ...figure, value: '–', result: 'not measured' };
    return { title, text: '', head, rows: [[title, '–', '–', '–', '–']], figures: [none] };
  }
  const [base, alloy] = [median(rounds.floor.flat()), median(rounds.alloy.flat())];
  const ratio = ratioOfMedians(rounds);
  return {
    title,
    text: '',
    head,
    rows: [[title, `${rounds.alloy.length}`, number(base), number(alloy), times(ratio)]],
    figures: [{ ...figure, value: `${number(alloy)} ms, ${times(ratio)}`, result: goalResult(ratio <= goal) }],
  };
}

const planParts: Readonly<Record<keyof PlanParts, string>> = {
  gate: '`ReleaseRequested` → `GateOpened`: the planner decides that the release may be inspected',
  begun: '→ the first request of the inspection: the trigger of the executor, its reads of the log, the opening of the manifests',
  read: '→ the last response to a read; dry runs begin meanwhile',
  tried: '→ the last response to a dry run',
  inspected: '→ `TargetInspected`: the inspection is appended',
  planned: '→ `ReleasePlanned`: the planner decides the plan',
};

const applyParts: Readonly<Record<keyof Parts, string>> = {
  accepted: 'POST → `ReleaseRequested`: parsing, checks, sealing',
  planned: '→ `ReleasePlanned`: live reads, dry runs, plan',
  written: '→ `ManifestsApplied`: all objects but the Deployment are written',
  workload: '→ the Deployment is accepted',
  promoted: '→ `ReleasePromoted`: its pod is ready; not part of the time above',
};

const profile = <P extends object>(of: string, names: Readonly<Record<keyof P, string>>, parts: readonly P[]): Section => ({
  title: `Profile: ${of}`,
  text: 'Medians of the parts of the time, by the events of the log.',
  head: ['part', 'p50, ms'],
  rows: Object.entries<string>(names).map(([part, name]) => [name, number(median(parts.map((one) => Number(one[part as keyof P]))))]),
  figures: [],
});
