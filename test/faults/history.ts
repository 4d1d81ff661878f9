import type { StoredEvent } from '@alloy/contracts';

/** Facts of which there may be more or fewer, or none: how many looks it takes until all pods are ready is chance, and so is how long a killed service is absent. */
export const byChance: ReadonlySet<string> = new Set(['WorkloadProgressed', 'AbsenceDetected']);

/** Nor how many requests there were when it was looked at first: that they were too few is no conclusion yet. */
const isByChance = ({ type, data }: StoredEvent): boolean => byChance.has(type) || (type === 'VerdictReached' && (data as { readonly verdict: string }).verdict === 'inconclusive');

/** Steps that wait until pods are ready. In any other, whether the watcher comes to look before the step is over is chance. */
const AWAIT_PODS: ReadonlySet<unknown> = new Set(['scaleCanary', 'promote']);

/**
 * What happened in a release, in words that are the same for every run that did the same.
 *
 * Decisions stand in their order. Facts stand under the decision that they belong to, in the order of the alphabet:
 * executor and watcher work side by side, so which of the two is first to tell is chance. Left out: ids, times, what is measured
 * (counts of requests, seconds observed, generations, sentences made of numbers), WorkloadProgressed, inconclusive verdicts, and WorkloadBecameReady in steps that do not wait for it.
 */
export function historyOf(events: readonly StoredEvent[]): readonly string[] {
  const facts = events.filter((event) => isFact(event) && isCertain(event, events));
  const under = ({ version }: StoredEvent): string[] => facts.filter((fact) => decisionOf(fact, events) === version).map((fact) => `  ${describe(fact)}`).sort();
  return events.filter((event) => !isFact(event)).flatMap((event) => [describe(event), ...under(event)]);
}

/** Whether every undisturbed run has this event. */
export function isCertain(event: StoredEvent, events: readonly StoredEvent[]): boolean {
  if (event.type !== 'WorkloadBecameReady') return !isByChance(event);
  const decision = events[decisionOf(event, events) - 1]?.data as { readonly spec?: { readonly kind: string } } | undefined;
  return AWAIT_PODS.has(decision?.spec?.kind);
}

/** Facts that were told more than once for the same decision; there should be none, whoever was killed. */
export function toldTwice(events: readonly StoredEvent[]): readonly string[] {
  const keys = events.filter((event) => isFact(event) && !isByChance(event)).map((fact) => `${fact.type} of decision ${decisionOf(fact, events)}`);
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

const isFact = ({ family }: StoredEvent): boolean => family === 'outcome' || family === 'finding';

/** The decision that a fact names; for a look at the cluster before the plan, the last one before it. */
function decisionOf({ data, version }: StoredEvent, events: readonly StoredEvent[]): number {
  const { decision } = data as { readonly decision?: number };
  return decision ?? events.findLast((event) => event.family === 'decision' && event.version < version)?.version ?? 0;
}

const describe = ({ type, data, actor, project }: StoredEvent): string => `${type} by ${actor.kind} ${JSON.stringify(lasting(data)).replaceAll(project, 'PROJECT')}`;

/** What differs from run to run by its nature. */
const FLEETING: ReadonlySet<string> = new Set([
  // ids, and places in the log
  'artifact', 'releaseId', 'decision', 'slotCounter', 'imageTag', 'intent',
  // times
  'since', 'startedAt', 'progressedAt',
  // measured
  'numbers', 'observedSeconds', 'detail', 'generation', 'text', 'evidence', 'absence', 'metrics',
]);

function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting);
  // Names of copies end with the hash of their content, keyed by project.
  if (typeof value === 'string') return value.replace(/-[0-9a-f]{8,}$/, '-#');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !FLEETING.has(key)).map(([key, inner]) => [key, lasting(inner)]));
}
