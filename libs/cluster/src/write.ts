import type { KubeObject } from '@alloy/contracts';
import type { FollowerWait, Payloads, Refusal, StepRef } from '@alloy/release';
import type { Owner } from './fence';
import type { ManagedFields } from './managed-fields';
import type { ObjectRef } from './ports';

/**
 * One write to the cluster. Each has the resourceVersion on which it is based as a precondition, except `create`, which
 * fails if the object exists.
 */
export type Write =
  | {
      readonly verb: 'create';
      readonly object: KubeObject;
      /**
       * Whether the API server drops fields that the kind does not have, as for a version that was released before
       * Alloy refused such fields; default false.
       */
      readonly dropsUnknownFields?: boolean;
    }
  | { readonly verb: 'apply'; readonly object: KubeObject }
  /**
   * Writes the fencing annotation of this decision to an object, so that the API server refuses delayed writes of
   * earlier decisions.
   */
  | { readonly verb: 'fence'; readonly ref: ObjectRef; readonly resourceVersion: string; readonly owner: Owner }
  | {
      readonly verb: 'adoptFields';
      readonly ref: ObjectRef;
      readonly resourceVersion: string;
      readonly managedFields: readonly ManagedFields[];
    }
  /**
   * Changes annotations and backends of a route, and nothing else of it. `spec`: a merge patch, which has all rules,
   * because it replaces lists as a whole; absent: none changes. An annotation of null is
   * removed.
   */
  | {
      readonly verb: 'route';
      readonly ref: ObjectRef;
      readonly resourceVersion: string;
      readonly annotations: Readonly<Record<string, string | null>>;
      readonly spec?: Readonly<Record<string, unknown>>;
    }
  /**
   * Changes annotations of a Service, and with `selector` the pods that it selects; null removes a key. `needsPods`:
   * whether pods must be ready for it, which the caller reads live.
   */
  | {
      readonly verb: 'select';
      readonly ref: ObjectRef;
      readonly resourceVersion: string;
      readonly annotations: Readonly<Record<string, string>>;
      readonly selector?: Readonly<Record<string, string | null>>;
      readonly needsPods?: true;
    }
  /** Removes labels, annotations and managers of Alloy; changes nothing else, so no pod restarts. */
  | {
      readonly verb: 'handBack';
      readonly ref: ObjectRef;
      readonly resourceVersion: string;
      readonly labels: readonly string[];
      readonly annotations: readonly string[];
      readonly managedFields: readonly ManagedFields[];
    }
  | { readonly verb: 'scale'; readonly ref: ObjectRef; readonly resourceVersion: string; readonly replicas: number }
  | {
      readonly verb: 'delete';
      readonly ref: ObjectRef;
      readonly resourceVersion: string;
      readonly uid: string;
      /** Whether the step continues without the deletion if the API server refuses it; default false. */
      readonly mayBeRefused?: boolean;
    };

/** The condition of the live state that the next write requires. */
export type WaitFor =
  | 'canary_ready' | 'baseline_ready' | 'stable_ready' | 'stable_settled' | 'pods_gone' | 'pods_drained' | 'follower_ready'
  | 'route_accepted' | 'traffic_drained';

/** The outcome of a finished step, without the reference to the step. */
export type StepOutcome = {
  readonly [T in OutcomeType]: { readonly type: T; readonly data: Omit<Payloads[T], keyof StepRef> };
}[OutcomeType];
type OutcomeType = 'ManifestsApplied' | 'WorkloadScaled' | 'TrafficShifted' | 'WorkloadHandedBack';

export type NextWrite =
  /** `alongside`: other writes that may be made at the same time: none of them depends on another or on `write`. */
  | { readonly kind: 'write'; readonly write: Write; readonly alongside?: readonly Write[] }
  /** `seconds`: maximum wait, after which `DesiredInput.drainIsOver` is set; absent: until the condition holds. */
  | {
      readonly kind: 'wait';
      readonly for: WaitFor;
      readonly seconds?: number;
      /** The object that decides, which no watch reports: the caller reads it live, with its pods. */
      readonly object?: ObjectRef;
      /** What the object waits for, if it is a follower. */
      readonly follower?: FollowerWait;
    }
  | { readonly kind: 'done'; readonly outcome: StepOutcome }
  /** The step cannot succeed, and retrying does not help. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** A newer decision has already written: the caller is out of date and must stop. */
  | { readonly kind: 'stale'; readonly object: string };

export const write = (write: Write): NextWrite => ({ kind: 'write', write });
/** All writes that may be made at the same time. */
export const writesOf = ({ write, alongside = [] }: Extract<NextWrite, { kind: 'write' }>): readonly Write[] => [write, ...alongside];
export const waitFor = (what: WaitFor, seconds?: number): NextWrite => ({
  kind: 'wait',
  for: what,
  ...(seconds !== undefined && { seconds }),
});
export const done = (outcome: StepOutcome): NextWrite => ({ kind: 'done', outcome });
export const refused = (code: Refusal['code'], text: string): NextWrite => ({ kind: 'refused', refusal: { code, text } });

export const refOf = ({ apiVersion, kind, metadata }: KubeObject): ObjectRef => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
});
/** The object that a write changes. */
export const targetOf = (write: Write): ObjectRef => ('object' in write ? refOf(write.object) : write.ref);
export const versionOf = (live: KubeObject): string => live.metadata.resourceVersion ?? '';

/** The result of the first check that is not satisfied. A satisfied check returns undefined. */
export function firstOf(...checks: ReadonlyArray<() => NextWrite | undefined>): NextWrite | undefined {
  for (const check of checks) {
    const answer = check();
    if (answer) return answer;
  }
  return undefined;
}
