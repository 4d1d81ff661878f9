import type { KubeObject } from '@alloy/contracts';
import type { Payloads, Refusal, StepRef } from '@alloy/release';
import type { Owner } from './fence';
import type { ManagedFields } from './managed-fields';
import type { ObjectRef } from './ports';

/** One write to the cluster. Each but `create` (refused if it exists) carries the resourceVersion that it was decided on. */
export type Write =
  | { readonly verb: 'create'; readonly object: KubeObject }
  | { readonly verb: 'apply'; readonly object: KubeObject }
  /** Marks an object as written under this decision, so that a writer that is out of date is refused by the API server. */
  | { readonly verb: 'fence'; readonly ref: ObjectRef; readonly resourceVersion: string; readonly owner: Owner }
  | { readonly verb: 'adoptFields'; readonly ref: ObjectRef; readonly resourceVersion: string; readonly managedFields: readonly ManagedFields[] }
  | { readonly verb: 'scale'; readonly ref: ObjectRef; readonly resourceVersion: string; readonly replicas: number }
  | { readonly verb: 'delete'; readonly ref: ObjectRef; readonly resourceVersion: string; readonly uid: string };

/** What the live state must show before the next write. */
export type WaitFor = 'canary_ready' | 'stable_ready' | 'stable_settled' | 'pods_gone' | 'pods_drained';

/** The closing outcome of a step, less the reference to it. */
export type StepOutcome = { readonly [T in 'ManifestsApplied' | 'WorkloadScaled' | 'TrafficShifted']: { readonly type: T; readonly data: Omit<Payloads[T], keyof StepRef> } }['ManifestsApplied' | 'WorkloadScaled' | 'TrafficShifted'];

export type NextWrite =
  | { readonly kind: 'write'; readonly write: Write }
  /** `seconds`: after so long it is not waited for any more (`Desired.drained`); absent: until it is so. */
  | { readonly kind: 'wait'; readonly for: WaitFor; readonly seconds?: number }
  | { readonly kind: 'done'; readonly outcome: StepOutcome }
  /** Can't succeed by trying again. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** A newer decision has written already: whoever asked is out of date and must stop. */
  | { readonly kind: 'stale'; readonly object: string };

export const write = (write: Write): NextWrite => ({ kind: 'write', write });
export const waitFor = (what: WaitFor, seconds?: number): NextWrite => ({ kind: 'wait', for: what, ...(seconds !== undefined && { seconds }) });
export const done = (outcome: StepOutcome): NextWrite => ({ kind: 'done', outcome });
export const refused = (code: Refusal['code'], text: string): NextWrite => ({ kind: 'refused', refusal: { code, text } });

export const refOf = ({ apiVersion, kind, metadata }: KubeObject): ObjectRef => ({ apiVersion, kind, name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) });
/** The object that a write changes. */
export const targetOf = (write: Write): ObjectRef => ('object' in write ? refOf(write.object) : write.ref);
export const versionOf = (live: KubeObject): string => live.metadata.resourceVersion ?? '';

/** The first answer that is one; each check says undefined when it is satisfied. */
export function firstOf(...checks: ReadonlyArray<() => NextWrite | undefined>): NextWrite | undefined {
  for (const check of checks) {
    const answer = check();
    if (answer) return answer;
  }
  return undefined;
}
