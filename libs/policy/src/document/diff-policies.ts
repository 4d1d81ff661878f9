import type { Policy } from '../project-policy';

/** A value that differs between two policies of an environment. */
export interface PolicyDifference {
  readonly environment: string;
  /** Keys separated by dots, such as `analysis.maxErrorRate`; a list differs as a whole. */
  readonly path: string;
  /** Absent: the key is not set, or the environment is new. */
  readonly before?: unknown;
  readonly after?: unknown;
}

type Policies = Readonly<Record<string, Policy>>;

/** What applying `after` changes, in the order of its environments and keys; environments that it omits stay. */
export const diffPolicies = (before: Policies, after: Policies): readonly PolicyDifference[] =>
  Object.entries(after).flatMap(([environment, policy]) =>
    differences(Object.hasOwn(before, environment) ? before[environment] : undefined, policy, '').map((one) => ({ environment, ...one })),
  );

type Difference = Omit<PolicyDifference, 'environment'>;

function differences(before: unknown, after: unknown, path: string): readonly Difference[] {
  const [from, to] = [membersOf(before), membersOf(after)];
  if (to && (from || path === '')) {
    const keys = [...new Set([...Object.keys(to), ...Object.keys(from ?? {})])];
    return keys.flatMap((key) => differences(from?.[key], to[key], path === '' ? key : `${path}.${key}`));
  }
  if (JSON.stringify(sorted(before)) === JSON.stringify(sorted(after))) return [];
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;

/** Postgres stores the keys of an object in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  const members = membersOf(value);
  if (!members) return value;
  return Object.fromEntries(Object.keys(members).sort().map((key) => [key, sorted(members[key])]));
}
