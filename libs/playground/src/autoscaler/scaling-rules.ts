export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

/** One direction of a HorizontalPodAutoscaler's `behavior`. */
export interface ScalingRules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: 'Max' | 'Min' | 'Disabled';
  readonly policies?: readonly ScalingPolicy[];
}

export interface Behavior {
  readonly scaleUp?: ScalingRules;
  readonly scaleDown?: ScalingRules;
}

/** `at`: ms since 1970. */
export interface Recommended {
  readonly at: number;
  readonly replicas: number;
}
export interface Scaled {
  readonly at: number;
  /** Pods added; negative: removed. */
  readonly change: number;
}

const SCALE_UP_POLICIES: readonly ScalingPolicy[] = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
];
const SCALE_DOWN_POLICIES: readonly ScalingPolicy[] = [{ type: 'Percent', value: 100, periodSeconds: 15 }];
const UP_WINDOW = 0;
const DOWN_WINDOW = 300;
/** Time for which recommendations and scalings must be kept, ms: the longest window and period that the API allows. */
export const KEPT_MS = 3_600_000;

export interface Scaling {
  readonly now: number;
  readonly current: number;
  readonly min: number;
  readonly max: number;
  readonly behavior: Behavior | undefined;
  /** With the newest. */
  readonly recommended: readonly Recommended[];
  readonly scaled: readonly Scaled[];
}

export interface Scale {
  readonly replicas: number;
  readonly isStabilized: boolean;
  /** What limited the recommendation; undefined: nothing did. */
  readonly limitedBy?: 'TooFewReplicas' | 'TooManyReplicas' | 'ScaleUpLimit' | 'ScaleDownLimit';
}

/**
 * The number of replicas that follows from the newest recommendation: not above the least of the scale-up window, not
 * below the most of the scale-down window, within the policies of `behavior`, and within minimum and maximum. Source:
 * Kubernetes, "Horizontal Pod Autoscaling", Configurable scaling behavior.
 */
export function nextScale(scaling: Scaling): Scale {
  const { current, min, max, recommended } = scaling;
  const wanted = recommended.at(-1)!.replicas;
  const stabilized = stabilize(scaling, wanted);
  const within = { isStabilized: stabilized !== wanted };
  if (stabilized > current) {
    const limit = Math.max(current, scaleUpLimit(scaling));
    const most = Math.min(limit, max);
    return stabilized > most
      ? { ...within, replicas: most, limitedBy: limit < max ? 'ScaleUpLimit' : 'TooManyReplicas' }
      : { ...within, replicas: Math.max(stabilized, min) };
  }
  const limit = Math.min(current, scaleDownLimit(scaling));
  const least = Math.max(limit, min);
  if (current > max) return { ...within, replicas: max, limitedBy: 'TooManyReplicas' };
  return stabilized < least
    ? { ...within, replicas: least, limitedBy: limit > min ? 'ScaleDownLimit' : 'TooFewReplicas' }
    : { ...within, replicas: stabilized };
}

function stabilize({ now, current, behavior, recommended }: Scaling, wanted: number): number {
  const within = (seconds: number): readonly number[] =>
    recommended.filter(({ at }) => at > now - seconds * 1000).map(({ replicas }) => replicas);
  const up = Math.min(wanted, ...within(behavior?.scaleUp?.stabilizationWindowSeconds ?? UP_WINDOW));
  const down = Math.max(wanted, ...within(behavior?.scaleDown?.stabilizationWindowSeconds ?? DOWN_WINDOW));
  return Math.min(Math.max(current, up), down);
}

function scaleUpLimit({ now, current, behavior, scaled }: Scaling): number {
  const { selectPolicy = 'Max', policies = SCALE_UP_POLICIES } = behavior?.scaleUp ?? {};
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current - changeIn(scaled, now, periodSeconds);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return selectPolicy === 'Max' ? Math.max(...limits) : Math.min(...limits);
}

function scaleDownLimit({ now, current, behavior, scaled }: Scaling): number {
  const { selectPolicy = 'Max', policies = SCALE_DOWN_POLICIES } = behavior?.scaleDown ?? {};
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current - changeIn(scaled, now, periodSeconds);
    return type === 'Pods' ? start - value : Math.floor(start * (1 - value / 100));
  });
  return selectPolicy === 'Max' ? Math.min(...limits) : Math.max(...limits);
}

const changeIn = (scaled: readonly Scaled[], now: number, seconds: number): number =>
  scaled.filter(({ at }) => at > now - seconds * 1000).reduce((sum, { change }) => sum + change, 0);
