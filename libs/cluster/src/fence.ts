import { ENVIRONMENT_LABEL, FENCE_ANNOTATION, PROJECT_LABEL, type KubeObject } from '@alloy/contracts';

/** Identifies the decision on which a write is based; a later decision has a higher fence. */
export interface Fence {
  readonly installation: string;
  /** Number of the release among all that have held the slot. */
  readonly slot: number;
  /** The decision's version in the release's stream. */
  readonly version: number;
}

/** The release on whose behalf Alloy writes an object. */
export interface Owner {
  readonly project: string;
  /** Each environment has its own slot, and so its own fences. */
  readonly environment: string;
  readonly releaseId: string;
  readonly fence: Fence;
}

export const formatFence = (fence: Fence): string => `${fence.installation}/${fence.slot}/${fence.version}`;

/** Undefined: there is no fence, or its format is unknown. */
export function parseFence(text: string | undefined): Fence | undefined {
  const match = /^(.+)\/(\d+)\/(\d+)$/.exec(text ?? '');
  return match ? { installation: match[1]!, slot: Number(match[2]), version: Number(match[3]) } : undefined;
}

export const fenceOf = (object: KubeObject): Fence | undefined => parseFence(object.metadata.annotations?.[FENCE_ANNOTATION]);

/** Negative if `a` is older. */
export const compareFences = (a: Fence, b: Fence): number => a.slot - b.slot || a.version - b.version;

/**
 * The relation of a live object to the writer. `current`: it has the writer's fence. `older`: it has an earlier fence.
 * `newer`: it has a later fence, so the writer is out of date. `foreign`: it belongs to another installation, project
 * or environment. `unowned`: Alloy has never written it.
 */
export type Standing = 'current' | 'older' | 'newer' | 'foreign' | 'unowned';

export function standing(object: KubeObject, owner: Owner): Standing {
  const text = object.metadata.annotations?.[FENCE_ANNOTATION];
  const { [PROJECT_LABEL]: project, [ENVIRONMENT_LABEL]: environment } = object.metadata.labels ?? {};
  if ((project ?? owner.project) !== owner.project || (environment ?? owner.environment) !== owner.environment) return 'foreign';
  if (text === undefined) return project === undefined ? 'unowned' : 'older';
  const live = parseFence(text);
  if (!live || live.installation !== owner.fence.installation) return 'foreign';
  const order = compareFences(live, owner.fence);
  return order === 0 ? 'current' : order < 0 ? 'older' : 'newer';
}
