import type { KubeObject } from '@alloy/contracts';
import type { SwitchTraffic } from '@alloy/release';
import { formatFence, type Fence } from '../../fence';

/** What Alloy notes on the active Service, and on a preview Service of the user's, while a release may switch it. */
export interface SwitchMark {
  readonly fence: string;
  /** The Service's own selector. */
  readonly selector: Readonly<Record<string, string>>;
  /** On the active Service: what else a later release needs to end the switch. */
  readonly preview?: Omit<SwitchTraffic, 'service' | 'selector' | 'route'>;
  /** Whether the canary had the traffic, and its last requests may be in flight. */
  readonly drains?: boolean;
}

export const SWITCH_ANNOTATION = 'switch.alloy.dev/service';

/** Undefined: there is none, or another client has damaged it. */
export function switchMarkOf({ metadata }: KubeObject): SwitchMark | undefined {
  const text = metadata.annotations?.[SWITCH_ANNOTATION];
  if (text === undefined) return undefined;
  try {
    const found = JSON.parse(text) as Partial<SwitchMark> | null;
    const isMark = typeof found?.fence === 'string' && typeof found.selector === 'object' && found.selector !== null;
    return isMark ? (found as SwitchMark) : undefined;
  } catch {
    return undefined;
  }
}

export const switchMarkText = (fence: Fence, mark: Omit<SwitchMark, 'fence'>): string =>
  JSON.stringify({ fence: formatFence(fence), ...mark });
