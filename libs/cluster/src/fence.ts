import { ENVIRONMENT_LABEL, FENCE_ANNOTATION, PROJECT_LABEL, type KubeObject } from '@alloy/contracts';

/** Who may write, and how recent the decision is that it acts on. */
export interface Fence {
  readonly installation: string;
  /** Counts the holders of the slot. */
  readonly slot: number;
  /** The decision's version in the release's stream. */
  readonly version: number;
}

/** On whose behalf an object is written. */
export interface Owner {
  readonly project: string;
  /** Each has a slot, and so a fence, of its own. */
  readonly environment: string;
  readonly releaseId: string;
  readonly fence: Fence;
}

export const formatFence = (fence: Fence): string => `${fence.installation}/${fence.slot}/${fence.version}`;

/** undefined where there is none, or where it is not ours to read. */
export function parseFence(text: string | undefined): Fence | undefined {
  const match = /^(.+)\/(\d+)\/(\d+)$/.exec(text ?? '');
  return match ? { installation: match[1]!, slot: Number(match[2]), version: Number(match[3]) } : undefined;
}

export const fenceOf = (object: KubeObject): Fence | undefined => parseFence(object.metadata.annotations?.[FENCE_ANNOTATION]);

/** Negative if `a` is older. */
export const compareFences = (a: Fence, b: Fence): number => a.slot - b.slot || a.version - b.version;

/**
 * How a live object stands to the writer: `current` carries its own fence, `older` an earlier one, `newer` a later one (the writer is out of date),
 * `foreign` belongs to another installation, project or environment, `unowned` to nobody.
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
