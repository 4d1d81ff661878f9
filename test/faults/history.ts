import type { StoredEvent } from '@alloy/contracts';

/**
 * Facts whose number depends on chance: how many observations it takes until all pods are ready, and how long a killed
 * service is absent.
 */
export const byChance: ReadonlySet<string> = new Set(['WorkloadProgressed', 'FollowerObserved', 'AbsenceDetected']);

/**
 * The same for verdicts about too few requests, because the number of requests at the first observation depends on
 * chance.
 */
const isByChance = ({ type, data }: StoredEvent): boolean =>
  byChance.has(type) || (type === 'VerdictReached' && (data as { readonly verdict: string }).verdict === 'inconclusive');

/**
 * Steps that wait until pods are ready. In other steps it depends on chance whether the watcher observes the workload
 * before the step ends.
 */
const AWAIT_PODS: ReadonlySet<unknown> = new Set(['scaleCanary', 'promote']);

/**
 * The history of a release, with the same text for all runs with the same events.
 *
 * Decisions are in order. Facts are listed under their decision, in alphabetical order, because executor and watcher
 * work in parallel and their order depends on chance. Without ids, times, measured values
 * (counts of requests, observed seconds, generations, sentences with numbers), WorkloadProgressed, inconclusive
 * verdicts, and WorkloadBecameReady in steps that do not wait for it.
 */
export function historyOf(events: readonly StoredEvent[]): readonly string[] {
  const facts = events.filter((event) => isFact(event) && isCertain(event, events));
  const under = ({ version }: StoredEvent): string[] =>
    facts
      .filter((fact) => decisionOf(fact, events) === version)
      .map((fact) => `  ${describe(fact)}`)
      .sort();
  return events.filter((event) => !isFact(event)).flatMap((event) => [describe(event), ...under(event)]);
}

/** Whether every undisturbed run has this event. */
export function isCertain(event: StoredEvent, events: readonly StoredEvent[]): boolean {
  if (event.type !== 'WorkloadBecameReady') return !isByChance(event);
  const decision = events[decisionOf(event, events) - 1]?.data as { readonly spec?: { readonly kind: string } } | undefined;
  return AWAIT_PODS.has(decision?.spec?.kind);
}

/** Facts that were recorded more than once for the same decision; there must be none, whichever service was killed. */
export function recordedTwice(events: readonly StoredEvent[]): readonly string[] {
  const keys = events
    .filter((event) => isFact(event) && !isByChance(event))
    .map((fact) => `${fact.type} of decision ${decisionOf(fact, events)}`);
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

const isFact = ({ family }: StoredEvent): boolean => family === 'outcome' || family === 'finding';

/** The decision to which a fact refers; an inspection names none, so the last decision before the inspection. */
function decisionOf({ data, version }: StoredEvent, events: readonly StoredEvent[]): number {
  const { decision } = data as { readonly decision?: number };
  return decision ?? events.findLast((event) => event.family === 'decision' && event.version < version)?.version ?? 0;
}

const describe = ({ type, data, actor, project }: StoredEvent): string =>
  `${type} by ${actor.kind} ${JSON.stringify(lasting(data)).replaceAll(project, 'PROJECT')}`;

/** Values that differ between runs. */
const FLEETING: ReadonlySet<string> = new Set([
  // ids, and positions in the log
  'artifact', 'content', 'releaseId', 'decision', 'slotCounter', 'imageTag', 'intent',
  // times
  'since', 'startedAt', 'progressedAt',
  // of the workload's objects
  'template',
  // measured
  'numbers', 'observedSeconds', 'detail', 'generation', 'text', 'evidence', 'absence', 'metrics',
]);

function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting);
  // Names of copies end with the hash of their content, keyed by project.
  if (typeof value === 'string') return value.replace(/-[0-9a-f]{8,}$/, '-#');
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !FLEETING.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, key === 'live' ? comparison(inner) : lasting(inner)]));
}

/** The running version compared with the stable one, without the two versions, which differ between runs. */
const comparison = (live: unknown): unknown => {
  const { matches, differences } = live as { readonly matches: unknown; readonly differences: unknown };
  return { matches, differences };
};
