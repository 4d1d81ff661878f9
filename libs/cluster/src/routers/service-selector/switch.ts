import type { KubeObject } from '@alloy/contracts';
import type { SwitchTraffic } from '@alloy/release';
import type { Desired, DesiredTraffic } from '../../desired';
import type { Live } from '../../live';
import { switchMarkOf, type SwitchMark } from './mark';
import { isOnCanary } from './selectors';

/** What the inspection has found, which always has the selector. */
export type FoundSwitch = SwitchTraffic & Required<Pick<SwitchTraffic, 'selector'>>;

/** The Services of a release, as they were read. */
export interface Switch {
  readonly traffic: FoundSwitch & Pick<DesiredTraffic, 'drainSeconds'>;
  readonly active: KubeObject | null;
  readonly preview: KubeObject | null;
  readonly mark: SwitchMark | undefined;
}

/** Undefined: the plan knows no Service, because it has no canary. */
export function switchIn({ traffic }: Pick<Desired, 'traffic'>, live: Pick<Live, 'traffic'>): Switch | undefined {
  if (!traffic || traffic.route !== undefined || !traffic.selector || !live.traffic) return undefined;
  const { selector } = traffic;
  const { service: active, canaryService: preview } = live.traffic;
  return { traffic: { ...traffic, selector }, active, preview, mark: active ? switchMarkOf(active) : undefined };
}

export const reachedBy = ({ active, traffic }: Switch): number => (active && isOnCanary(active, traffic.label) ? 100 : 0);

/** What the mark of the active Service has of the plan. */
export const notedIn = ({ selector, canaryService, label, previewSelector }: FoundSwitch): Omit<SwitchMark, 'fence'> =>
  ({ selector, preview: { canaryService, label, ...(previewSelector && { previewSelector }) } });
