import { crashPointsOf, services, type CrashPointName, type Service } from '@alloy/contracts';

/** A service and one of its crash points. */
export interface ArmedService {
  readonly service: Service;
  readonly point: CrashPointName;
}

/** Crash points that only a rollback passes, which a user requests. */
const ofRollback: ReadonlySet<CrashPointName> = new Set([
  'ingest.after-intent', 'executor.before-rollback-write', 'executor.after-rollback-write',
]);

export interface Round {
  readonly project: string;
  /** The release of the round: promoted, or aborted and therefore rolled back. */
  readonly isAborted: boolean;
  /** At most one point of each service. */
  readonly armed: readonly ArmedService[];
}

/** Every crash point of every service in few releases: the n-th release has the n-th point of each service. */
export function roundsOf(): readonly Round[] {
  return [...rounds(false, (point) => !ofRollback.has(point)), ...rounds(true, (point) => ofRollback.has(point))];
}

function rounds(isAborted: boolean, isWanted: (point: CrashPointName) => boolean): readonly Round[] {
  // The last points first: a notifier that is killed at `notifier.after-queue` holds the lease of the queue for 15 s.
  const queues = services.map((service) => ({ service, points: crashPointsOf(service).filter(isWanted).toReversed() }));
  const count = Math.max(...queues.map(({ points }) => points.length));
  return Array.from({ length: count }, (_, index) => ({
    project: `${isAborted ? 'rollback' : 'canary'}-${index + 1}`,
    isAborted,
    armed: queues.flatMap(({ service, points }) => (points[index] === undefined ? [] : [{ service, point: points[index] }])),
  }));
}
