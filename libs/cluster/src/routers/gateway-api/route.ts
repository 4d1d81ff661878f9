import type { KubeObject } from '@alloy/contracts';
import type { Backends } from '../weighted-route/route-format';
import { ruleBackends, type RuleBackends } from '../weighted-route/rule-backends';
import type { WeightFormat } from '../weighted-route/weights';

/** The fields of a backend of a route that Alloy reads; the others stay as they are. */
export interface BackendRef {
  /** Default '', the core group. */
  readonly group?: string;
  /** Default Service. */
  readonly kind?: string;
  readonly name: string;
  /** Default: the namespace of the route. */
  readonly namespace?: string;
  readonly port?: number;
  /** Default 1; the backend gets this part of the sum of its rule's weights. */
  readonly weight?: number;
  readonly filters?: readonly Filter[];
}

/** A condition on a header or a parameter of the query. */
export interface ValueMatch {
  /** Default Exact. */
  readonly type?: 'Exact' | 'RegularExpression';
  readonly name: string;
  readonly value: string;
}

/** Conditions that all hold. A GRPCRoute has other methods, and neither paths nor parameters. */
export interface Match {
  readonly path?: { readonly type?: string; readonly value?: string };
  readonly headers?: readonly ValueMatch[];
  readonly queryParams?: readonly ValueMatch[];
  readonly method?: unknown;
}

/** A header, and the value that it gets. */
export interface HeaderValue {
  readonly name: string;
  readonly value: string;
}

/** A filter of a rule or of a backend; Alloy reads and writes mirrors, and headers of responses. */
export interface Filter {
  readonly type: string;
  readonly responseHeaderModifier?: { readonly add?: readonly HeaderValue[] };
  readonly requestMirror?: { readonly backendRef: BackendRef; readonly percent?: number };
}

export interface Rule {
  readonly name?: string;
  readonly filters?: readonly Filter[];
  readonly matches?: readonly Match[];
  readonly backendRefs?: readonly BackendRef[];
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

/** The fields of an HTTPRoute or a GRPCRoute that Alloy reads. */
export interface Route extends KubeObject {
  readonly spec?: { readonly rules?: readonly Rule[] };
  readonly status?: { readonly parents?: ReadonlyArray<{ readonly conditions?: readonly Condition[] }> };
}

export const weightOf = ({ weight }: BackendRef): number => weight ?? 1;

/** Whether the backend is that Service in the namespace of the route. */
export function isService({ group, kind, name, namespace }: BackendRef, service: string, { metadata }: KubeObject): boolean {
  const isOfKind = (group ?? '') === '' && (kind ?? 'Service') === 'Service';
  return isOfKind && name === service && (namespace ?? metadata.namespace) === metadata.namespace;
}

/** Where the weights of a route are. */
export const weightFormat: WeightFormat<Route, BackendRef> = {
  maxWeight: 1_000_000,
  rulesOf: ({ spec }) => (spec?.rules ?? []).map(({ backendRefs = [] }) => backendRefs),
  namesOf: ({ spec }) => (spec?.rules ?? []).map(({ name }) => name),
  serviceOf: (ref, route) => (isService(ref, ref.name, route) ? ref.name : undefined),
  weightOf: ({ weight }) => weight ?? null,
  weighed: ({ weight: _old, ...ref }, weight) => (weight === null ? ref : { ...ref, weight }),
  renamed: (ref, name) => ({ ...ref, name }),
};

/** The rules that name the workload's Service, or the canary's. */
export const rulesOf = (route: Route, backends: Backends): ReadonlyArray<RuleBackends<BackendRef>> =>
  ruleBackends(weightFormat, route, backends);

/**
 * Whether the controllers of the route's parents have accepted its current spec. True without a status: nothing reports
 * it. A parent that rejected the route before counts only if none accepts it.
 */
export function isAccepted({ metadata: { generation = 0 }, status }: Route): boolean {
  const conditions = (status?.parents ?? []).flatMap(({ conditions: all = [] }) => all.filter(({ type }) => type === 'Accepted'));
  const accepted = conditions.filter((one) => one.status === 'True');
  if (conditions.length === 0) return true;
  return accepted.length > 0 && accepted.every(({ observedGeneration = 0 }) => observedGeneration >= generation);
}

/** Characters of a controller's message that are kept. */
const MOST_TEXT = 300;

/** What the controllers of the route's parents report about the spec that it has now. */
export function problemsIn(
  { metadata: { generation = 0 }, status }: Route,
): ReadonlyArray<{ readonly isRejected: boolean; readonly text: string }> {
  const all = (status?.parents ?? []).flatMap(({ conditions = [] }) => conditions);
  const current = all.filter(({ observedGeneration = 0 }) => observedGeneration >= generation);
  const of = (type: string, value: string): readonly Condition[] => current.filter((one) => one.type === type && one.status === value);
  const isAnyAccepted = all.some(({ type, status: value }) => type === 'Accepted' && value === 'True');
  const rejected = isAnyAccepted ? [] : of('Accepted', 'False');
  const problem = (isRejected: boolean) => ({ type, status: value, reason = '', message = '' }: Condition) =>
    ({ isRejected, text: `${type} ${value} (${reason}): ${message}`.slice(0, MOST_TEXT) });
  return [...rejected.map(problem(true)), ...[...of('ResolvedRefs', 'False'), ...of('PartiallyInvalid', 'True')].map(problem(false))];
}
