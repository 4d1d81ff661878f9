import { services, type Service } from '@alloy/contracts';

/** What can be killed with -9: a service (of executors all replicas), Postgres with its sessions, nats-server. */
export type Mortal = Service | 'postgres' | 'nats';
/** What can be frozen: the API server, too. It can't be killed: the playground stores what it has acknowledged a moment later, which no API server does. */
export type Victim = Mortal | 'cluster';

/** `overlap`: one of two executors is frozen in mid-write until the other one has ended the release, and revived. */
export type Fault =
  | { readonly kind: 'kill'; readonly victim: Mortal }
  | { readonly kind: 'freeze'; readonly victim: Victim }
  | { readonly kind: 'wipe'; readonly victim: 'nats' }
  | { readonly kind: 'overlap'; readonly victim: 'executor' };

const mortals: readonly Mortal[] = [...services, 'postgres', 'nats'];

/** What is placed at each kind of step over a whole deck. */
export const faults: readonly Fault[] = [
  ...mortals.map((victim): Fault => ({ kind: 'kill', victim })),
  ...[...mortals, 'cluster' as const].map((victim): Fault => ({ kind: 'freeze', victim })),
  { kind: 'wipe', victim: 'nats' },
];

export const nameOfFault = ({ kind, victim }: Fault): string => `${kind} ${victim}`;

/** Kinds of steps at which a fault may come; `gate`: the cluster is inspected before the plan. */
export const stepKinds = ['gate', 'apply', 'scaleCanary', 'shiftTraffic', 'analyse', 'promote', 'retire', 'rollback'] as const;
export type StepKind = (typeof stepKinds)[number];

/** `begun`: the step's decision is committed, and nobody but Postgres knows yet. `closing`: its closing fact is about to be appended. */
export type Moment = 'begun' | 'closing';
