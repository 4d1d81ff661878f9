import type { EventFamily, Upcasters } from '@alloy/contracts';
import type { Policy } from './project-policy';

/**
 * Every event of a project's stream, with every payload. The version of an event in the stream is the version of the
 * project, and of the policy that it records.
 */
export interface ProjectPayloads {
  ProjectCreated: { readonly reason: string | null };
  /** From now on this is the policy of the event's environment; a policy has names of secrets, never their values. */
  PolicyChanged: {
    readonly policy: Policy;
    /** The keys whose value is another one than before; all, if the environment is new. */
    readonly keys: readonly string[];
    readonly reason: string | null;
    /** The policy was stored before versions existed, and is recorded before its first change. Default false. */
    readonly adopted?: true;
  };
}

export type ProjectEventType = keyof ProjectPayloads;
export type ProjectEvent = { [T in ProjectEventType]: { readonly type: T; readonly data: ProjectPayloads[T] } }[ProjectEventType];

/** The family of each type; exhaustive. */
export const projectFamilyOf: Readonly<Record<ProjectEventType, EventFamily>> = { ProjectCreated: 'intent', PolicyChanged: 'intent' };

/** All event types of a project's stream with their current schema. */
export const projectUpcasters: Upcasters = { ProjectCreated: { current: 1 }, PolicyChanged: { current: 1 } };

/** A project's event in one sentence; `environment` of the event. */
export function describeProjectEvent({ type, data }: ProjectEvent, environment: string): string {
  switch (type) {
    case 'ProjectCreated':
      return 'Created the project';
    case 'PolicyChanged':
      return data.adopted
        ? `Recorded the policy of ${environment}, which was stored before policies had versions`
        : `Changed the policy of ${environment}: ${data.keys.join(', ')}`;
  }
}
