import { isDeepStrictEqual } from 'node:util';
import { projectStream, type Actor, type NewEvent } from '@alloy/contracts';
import { newEventId } from '@alloy/event-store';
import { projectFamilyOf, projectUpcasters, type Policy, type ProjectEvent } from '@alloy/policy';

/** Who changes a project, and why. */
export interface ChangedBy {
  readonly actor: Actor;
  readonly reason: string | null;
}

/** The policies of a project as stored. */
export interface StoredPolicies {
  readonly policies: Readonly<Record<string, Policy>>;
  /** The environments whose policy was stored before versions existed. */
  readonly unversioned: readonly string[];
}

const SYSTEM: Actor = { kind: 'system', id: 'alloy' };

/** The events that make `wanted` of the stored policies; none if nothing differs. An environment is never removed. */
export function policyEvents(
  project: string,
  stored: StoredPolicies,
  wanted: StoredPolicies['policies'],
  by: ChangedBy,
): readonly NewEvent[] {
  return Object.entries(wanted).flatMap(([environment, policy]) => {
    const present = Object.hasOwn(stored.policies, environment) ? stored.policies[environment] : undefined;
    const keys = changedKeys(present, policy);
    if (present !== undefined && keys.length === 0) return [];
    const data = { policy, keys, reason: by.reason };
    const event = projectEvent(project, environment, { type: 'PolicyChanged', data }, by);
    if (present === undefined || !stored.unversioned.includes(environment)) return [event];
    const before = { policy: present, keys: Object.keys(present), reason: null, adopted: true as const };
    return [projectEvent(project, environment, { type: 'PolicyChanged', data: before }, { actor: SYSTEM, reason: null }), event];
  });
}

function changedKeys(present: Policy | undefined, policy: Policy): readonly string[] {
  if (present === undefined) return Object.keys(policy);
  const keys = new Set([...Object.keys(present), ...Object.keys(policy)]) as Set<keyof Policy>;
  return [...keys].filter((key) => !isDeepStrictEqual(present[key], policy[key]));
}

export const projectEvent = (project: string, environment: string, { type, data }: ProjectEvent, by: ChangedBy): NewEvent => ({
  id: newEventId(), type, schema: projectUpcasters[type]!.current, family: projectFamilyOf[type], project, environment,
  actor: by.actor,
  correlationId: projectStream(project),
  causationId: null,
  traceparent: null,
  data,
});
