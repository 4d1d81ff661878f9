import { services, type CrashPointName, type Service } from '@alloy/contracts';

/**
 * What can be killed with SIGKILL: a service (all replicas of the executor), Postgres with its sessions, nats-server.
 */
export type Mortal = Service | 'postgres' | 'nats';
/**
 * What can be frozen: also the API server. It cannot be killed, because the playground stores a write only some time
 * after it has acknowledged it, which no real API server does.
 */
export type Victim = Mortal | 'cluster';

/**
 * `overlap`: one of two executors is frozen during a write until the other one has ended the release, and then resumed.
 */
export type Fault =
  | { readonly kind: 'kill'; readonly victim: Mortal }
  | { readonly kind: 'freeze'; readonly victim: Victim }
  | { readonly kind: 'wipe'; readonly victim: 'nats' }
  | { readonly kind: 'overlap'; readonly victim: 'executor' }
  | CrashFault;

/** The service is killed and started again armed: it kills itself when it passes the crash point for the n-th time. */
export interface CrashFault {
  readonly kind: 'crash';
  readonly victim: Service;
  readonly point: CrashPointName;
  /** From 1. */
  readonly passing: number;
}

const mortals: readonly Mortal[] = [...services, 'postgres', 'nats'];

/** The faults that a whole group places at each kind of step. */
export const faults: readonly Fault[] = [
  ...mortals.map((victim): Fault => ({ kind: 'kill', victim })),
  ...[...mortals, 'cluster' as const].map((victim): Fault => ({ kind: 'freeze', victim })),
  { kind: 'wipe', victim: 'nats' },
];

export const nameOfFault = ({ kind, victim }: Fault): string => `${kind} ${victim}`;

/** With the crash point, if it has one. */
export const describeFault = (fault: Fault): string =>
  `${nameOfFault(fault)}${fault.kind === 'crash' ? ` at ${fault.point}:${fault.passing}` : ''}`;

/** Kinds of steps at which a fault can be injected; `gate`: the inspection of the cluster before the plan. */
export const stepKinds = ['gate', 'apply', 'scaleCanary', 'shiftTraffic', 'analyse', 'promote', 'retire', 'rollback'] as const;
export type StepKind = (typeof stepKinds)[number];

/**
 * `begun`: the decision of the step has been committed, and no service has been notified yet. `closing`: a service is
 * about to append the closing fact of the step.
 */
export type Moment = 'begun' | 'closing';
