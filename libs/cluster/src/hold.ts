import type { Deployment } from './json';

/**
 * As long as `minReadySeconds` of a Deployment can be: none of its new pods becomes available, so that its rolling
 * update replaces as many pods as `maxSurge` and `maxUnavailable` allow and stops there. Ready pods get traffic all the
 * same.
 */
const NEVER = 2 ** 31 - 2;
/** `progressDeadlineSeconds` must be longer; for Kubernetes this value means that there is none. */
const NO_DEADLINE = 2 ** 31 - 1;

/** Bounds of a rolling update: numbers of pods, or percentages. */
export interface Bounds {
  readonly maxSurge: number | string;
  readonly maxUnavailable: number | string;
}

/** The manifest with a rolling update that stops at the bounds. */
export const heldAt = (manifest: Deployment, rollingUpdate: Bounds): Deployment => ({
  ...manifest,
  spec: {
    ...manifest.spec, minReadySeconds: NEVER, progressDeadlineSeconds: NO_DEADLINE, strategy: { type: 'RollingUpdate', rollingUpdate },
  },
});

/** Whether the rolling update of the Deployment stops at its bounds. */
export const isHeld = ({ spec }: Deployment): boolean => spec.minReadySeconds === NEVER;

/** The Deployment without what only the release has set, for a manifest that is taken from it. */
export function withoutHold(live: Deployment): Deployment {
  if (!isHeld(live)) return live;
  const { minReadySeconds: _never, progressDeadlineSeconds: _none, strategy: _bounds, ...spec } = live.spec;
  return { ...live, spec };
}

/** The pods that a held Deployment aims at: of the new version at least, and of the old one at most. */
export interface Aim {
  readonly fresh: number;
  readonly old: number;
}

/** As the controller of Kubernetes resolves the bounds. */
export function aimOf({ maxSurge, maxUnavailable }: Bounds, replicas: number): Aim {
  const missing = Math.min(replicas, resolved(maxUnavailable, replicas, Math.floor));
  return { fresh: Math.min(replicas, resolved(maxSurge, replicas, Math.ceil) + missing), old: replicas - missing };
}

const resolved = (bound: number | string, replicas: number, round: (value: number) => number): number =>
  typeof bound === 'number' ? bound : round((Number.parseInt(bound, 10) * replicas) / 100);

/** The bounds of a live Deployment, with the defaults of Kubernetes. */
export const boundsOf = ({ spec: { strategy } }: Deployment): Bounds =>
  ({ maxSurge: strategy?.rollingUpdate?.maxSurge ?? '25%', maxUnavailable: strategy?.rollingUpdate?.maxUnavailable ?? '25%' });
