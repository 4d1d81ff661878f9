import type { KubeObject } from '@alloy/contracts';

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

/** A filter of a rule; Alloy reads and writes only mirrors. */
export interface Filter {
  readonly type: string;
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
  readonly observedGeneration?: number;
}

/** The fields of an HTTPRoute or a GRPCRoute that Alloy reads. */
export interface Route extends KubeObject {
  readonly spec?: { readonly rules?: readonly Rule[] };
  readonly status?: { readonly parents?: ReadonlyArray<{ readonly conditions?: readonly Condition[] }> };
}

/** The Services that Alloy shifts traffic between. */
export interface Backends {
  readonly service: string;
  readonly canaryService: string;
}

/** The backends of a rule that are stable, the canary's, and others that get traffic. */
export interface RuleBackends {
  readonly index: number;
  readonly refs: readonly BackendRef[];
  readonly stable: readonly BackendRef[];
  readonly canary: readonly BackendRef[];
  readonly hasOthers: boolean;
}

export const weightOf = ({ weight }: BackendRef): number => weight ?? 1;

/** Whether the backend is that Service in the namespace of the route. */
export function isService({ group, kind, name, namespace }: BackendRef, service: string, { metadata }: KubeObject): boolean {
  const isOfKind = (group ?? '') === '' && (kind ?? 'Service') === 'Service';
  return isOfKind && name === service && (namespace ?? metadata.namespace) === metadata.namespace;
}

/** The rules that name the workload's Service, or the canary's. */
export function rulesOf(route: Route, { service, canaryService }: Backends): readonly RuleBackends[] {
  return (route.spec?.rules ?? [])
    .map(({ backendRefs: refs = [] }, index) => {
      const stable = refs.filter((ref) => isService(ref, service, route));
      const canary = refs.filter((ref) => isService(ref, canaryService, route));
      const hasOthers = refs.some((ref) => !stable.includes(ref) && !canary.includes(ref) && weightOf(ref) > 0);
      return { index, refs, stable, canary, hasOthers };
    })
    .filter(({ stable, canary }) => stable.length + canary.length > 0);
}

/** Whether the route names the workload's Service in a rule. */
export const namesService = (route: Route, service: string): boolean =>
  (route.spec?.rules ?? []).some(({ backendRefs = [] }) => backendRefs.some((ref) => isService(ref, service, route)));

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
