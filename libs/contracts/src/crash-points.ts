import type { Service } from './services';

/** A boundary between two durable effects: a commit, a publish, a write to the cluster, an HTTP request, an ack. */
export interface CrashPoint {
  /** The services that pass it and can be armed. */
  readonly services: readonly Service[];
  /** What is done when it is passed; what is not. */
  readonly boundary: string;
}

/** Every crash point; see docs/crash-points.md for what recovers each of them. */
export const crashPoints = {
  'ingest.before-append': {
    services: ['ingest'],
    boundary: 'The manifests of a request are sealed with a key that is in the keystore; `ReleaseRequested` is not appended.',
  },
  'ingest.after-append': {
    services: ['ingest'],
    boundary: '`ReleaseRequested` and the sealed manifests are committed; the request is not answered.',
  },
  'ingest.after-intent': {
    services: ['ingest'],
    boundary: 'The intent of a user (abort, promote, pause, resume) is committed; the request is not answered.',
  },
  'view.before-commit': {
    services: ['ingest'],
    boundary: 'A view contains the next events and its cursor is moved; the transaction is not committed.',
  },
  'view.after-commit': {
    services: ['ingest'],
    boundary: 'A view and its cursor are committed; the views that follow are still behind.',
  },
  'log.after-commit': {
    services: ['ingest', 'planner', 'executor', 'watcher'],
    boundary: 'Events of a release are committed; no commit notification is sent.',
  },
  'trigger.before-ack': {
    services: ['planner', 'executor', 'watcher', 'notifier'],
    boundary: 'The handlers of a trigger are done; the trigger is not acknowledged.',
  },
  'planner.before-append': {
    services: ['planner'],
    boundary: 'The decisions for a release are made; they are not appended.',
  },
  'planner.after-append': {
    services: ['planner'],
    boundary: 'The decisions for a release are committed; the other releases of the project are not decided.',
  },
  'relay.after-lease': {
    services: ['planner'],
    boundary: 'The relay has acquired or renewed its lease; it has assigned no position.',
  },
  'relay.after-order': {
    services: ['planner'],
    boundary: 'Events have their positions in the total order; their triggers are not published.',
  },
  'relay.after-publish': {
    services: ['planner'],
    boundary: 'Triggers are published; the cursor of the relay is not moved.',
  },
  'checkpoint.after-insert': {
    services: ['planner'],
    boundary: 'A checkpoint is stored in the database; it is not in the file.',
  },
  'executor.after-inspection': {
    services: ['executor'],
    boundary: 'The cluster is inspected and an adopted version is sealed; `TargetInspected` is not appended.',
  },
  'executor.before-write': {
    services: ['executor'],
    boundary: 'A write to the cluster is chosen; it is not sent. Others of its batch may be sent.',
  },
  'executor.after-write': {
    services: ['executor'],
    boundary: 'An object is written; the outcome of the step is not appended. Others of its batch may be sent.',
  },
  'executor.before-rollback-write': {
    services: ['executor'],
    boundary: 'A write of a rollback is chosen; it is not sent.',
  },
  'executor.after-rollback-write': {
    services: ['executor'],
    boundary: 'An object is written for a rollback; the outcome of the rollback is not appended.',
  },
  'executor.before-fact': {
    services: ['executor'],
    boundary: 'The live state matches a step; its outcome is not appended.',
  },
  'executor.after-fact': {
    services: ['executor'],
    boundary: 'The outcome of a step is committed; the executor still has the step in its memory.',
  },
  'executor.after-kubernetes-event': {
    services: ['executor'],
    boundary: 'A Kubernetes Event is published; only the memory of this process has its name and count.',
  },
  'watcher.after-lease': {
    services: ['watcher'],
    boundary: 'The watcher holds the lease of a replica; it has observed nothing.',
  },
  'watcher.before-facts': {
    services: ['watcher'],
    boundary: 'Findings or a verdict are made; they are not appended.',
  },
  'watcher.after-facts': {
    services: ['watcher'],
    boundary: 'Findings or a verdict are committed; the rest of the observation is not done.',
  },
  'watcher.before-pods': {
    services: ['watcher'],
    boundary: 'The findings of an observation are committed; the observed pods are not recorded.',
  },
  'notifier.after-queue': {
    services: ['notifier'],
    boundary: 'Notifications are queued for their routes and the cursor is moved; nothing is sent.',
  },
  'notifier.after-lease': {
    services: ['notifier'],
    boundary: 'The notifier holds the lease of a route; it has not read the queue of the route.',
  },
  'notifier.before-send': {
    services: ['notifier'],
    boundary: 'A notification is due and its route is checked; it is not sent.',
  },
  'notifier.after-send': {
    services: ['notifier'],
    boundary: 'The receiver has accepted a notification; it is still in the queue.',
  },
  'notifier.after-record': {
    services: ['notifier'],
    boundary: 'A notification is recorded as sent; the trouble of its route is not cleared and the lease is held.',
  },
} as const satisfies Readonly<Record<string, CrashPoint>>;

export type CrashPointName = keyof typeof crashPoints;

export const crashPointNames = Object.keys(crashPoints) as readonly CrashPointName[];

/** The crash points that this service passes. */
export const crashPointsOf = (service: Service): readonly CrashPointName[] =>
  crashPointNames.filter((name) => (crashPoints[name] as CrashPoint).services.includes(service));

let passed: ((name: CrashPointName) => void) | undefined;

/** Calls `visit` at every crash point that this process passes; undefined: at none (default). For libs/service only. */
export function onCrashPoint(visit: ((name: CrashPointName) => void) | undefined): void {
  passed = visit;
}

/** Marks a boundary in product code. Unless the process is armed, it costs one look-up and has no effect. */
export function crashPoint(name: CrashPointName): void {
  passed?.(name);
}
