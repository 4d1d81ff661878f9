import type { KubeObject } from '@alloy/contracts';
import { formatFence, type Fence } from '../../fence';

/** What Alloy notes on a route while it changes the weights of one Service there. */
export interface Mark {
  readonly fence: string;
  /** By the index of a rule: the weights of the Service's backends before the release; null: the default. */
  readonly weights?: Readonly<Record<string, ReadonlyArray<number | null>>>;
  /** Whether the canary had traffic by the route, and its last requests may be in flight. */
  readonly drains?: boolean;
}

/**
 * The annotation is one for each Service, so that projects whose Services share a route do not disturb each other. It
 * has the fence: a delayed write of an earlier decision has an older resourceVersion than the write of the annotation.
 */
export const markName = (service: string): string => `route.alloy.dev/${service}`;

/** Undefined: there is none, or another client has damaged it. */
export function markOf({ metadata }: KubeObject, service: string): Mark | undefined {
  const text = metadata.annotations?.[markName(service)];
  if (text === undefined) return undefined;
  try {
    const found = JSON.parse(text) as Partial<Mark> | null;
    return typeof found?.fence === 'string' ? (found as Mark) : undefined;
  } catch {
    return undefined;
  }
}

export const markText = (fence: Fence, more: Omit<Mark, 'fence'>): string => JSON.stringify({ fence: formatFence(fence), ...more });
