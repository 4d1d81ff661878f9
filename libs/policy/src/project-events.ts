import type { EventFamily, Upcasters } from '@alloy/contracts';
import type { Policy } from './project-policy';

/**
 * Every event of a project's stream, with every payload. The version of an event that creates the project or changes a
 * policy is the version of the project, and of the policy that it records.
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
  /**
   * The event's environment is on hold: new versions wait until a user lifts the hold. `release`: the rollback that was
   * requested with it; null: a user placed it without one. No effect if the environment is on hold already.
   */
  HoldPlaced: { readonly release: string | null; readonly reason: string | null };
  HoldLifted: { readonly reason: string | null };
}

export type ProjectEventType = keyof ProjectPayloads;
export type ProjectEvent = { [T in ProjectEventType]: { readonly type: T; readonly data: ProjectPayloads[T] } }[ProjectEventType];

/** The family of each type; exhaustive. */
export const projectFamilyOf: Readonly<Record<ProjectEventType, EventFamily>> = {
  ProjectCreated: 'intent', PolicyChanged: 'intent', HoldPlaced: 'intent', HoldLifted: 'intent',
};

/** All event types of a project's stream with their current schema. */
export const projectUpcasters: Upcasters = {
  ProjectCreated: { current: 1 }, PolicyChanged: { current: 1 }, HoldPlaced: { current: 1 }, HoldLifted: { current: 1 },
};

/** The types whose version is a version of the project. */
export const versionedTypes: readonly ProjectEventType[] = ['ProjectCreated', 'PolicyChanged'];

/** A project's event in one sentence; `environment` of the event. */
export function describeProjectEvent({ type, data }: ProjectEvent, environment: string): string {
  switch (type) {
    case 'ProjectCreated':
      return 'Created the project';
    case 'PolicyChanged':
      return data.adopted
        ? `Recorded the policy of ${environment}, which was stored before policies had versions`
        : `Changed the policy of ${environment}: ${data.keys.join(', ')}`;
    case 'HoldPlaced':
      return `Put ${environment} on hold${data.release === null ? '' : `, with the rollback ${data.release}`}${withReason(data.reason)}`;
    case 'HoldLifted':
      return `Lifted the hold of ${environment}${withReason(data.reason)}`;
  }
}

const withReason = (reason: string | null): string => (reason === null ? '' : `: ${reason}`);
