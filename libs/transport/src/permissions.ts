import { POKE_SUBJECTS, services, type EventFamily, type Service } from '@alloy/contracts';
import { STREAM, SUBJECTS, type Durable } from './names';

/** Subjects, with NATS' wildcards; everything else is refused. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** The server's user of a service. */
export const natsUserOf = (service: Service): string => `alloy_${service}`;
/** Where a service's replies arrive, so that no other one reads them: its NATS_INBOX_PREFIX. */
export const inboxPrefixOf = (service: Service): string => `_INBOX_${service}`;

/** Commit notifications of the families that a service appends. */
const committed = (...families: readonly EventFamily[]): readonly string[] => families.map((family) => POKE_SUBJECTS.replace('>', `${family}.>`));

/** What a service needs to make the stream and its own durable consumer, to pull from it and to acknowledge; no other consumer, and no deletion. */
const consume = (durable: Durable): readonly string[] => [
  '$JS.API.INFO',
  ...['CREATE', 'UPDATE', 'INFO'].map((verb) => `$JS.API.STREAM.${verb}.${STREAM}`),
  `$JS.API.CONSUMER.CREATE.${STREAM}.${durable}`,
  `$JS.API.CONSUMER.CREATE.${STREAM}.${durable}.${SUBJECTS}`,
  `$JS.API.CONSUMER.INFO.${STREAM}.${durable}`,
  `$JS.API.CONSUMER.MSG.NEXT.${STREAM}.${durable}`,
  `$JS.ACK.${STREAM}.${durable}.>`,
];

const inbox = (service: Service): string => `${inboxPrefixOf(service)}.>`;

/** What each service may publish and subscribe to, and nothing else. Only the hosts of the relay publish triggers: the planner, and the watcher as its standby. */
export const permissions: Readonly<Record<Service, Permissions>> = {
  ingest: { publish: committed('intent'), subscribe: [inbox('ingest')] },
  planner: { publish: [...consume('planner'), SUBJECTS, ...committed('decision')], subscribe: [inbox('planner'), POKE_SUBJECTS] },
  executor: { publish: [...consume('executor'), ...committed('outcome', 'finding')], subscribe: [inbox('executor'), POKE_SUBJECTS] },
  watcher: { publish: [...consume('watcher'), SUBJECTS, ...committed('finding')], subscribe: [inbox('watcher'), POKE_SUBJECTS] },
  notifier: { publish: consume('notifier'), subscribe: [inbox('notifier')] },
};

export interface NatsUser {
  readonly name: string;
  readonly password: string;
  /** Undefined: everything. */
  readonly permissions?: Permissions | undefined;
}

/** The server's users, one per service; passwords by `natsUserOf`. */
export const natsUsers = (passwords: Readonly<Record<string, string>>): readonly NatsUser[] =>
  services.map((service) => ({ name: natsUserOf(service), password: passwords[natsUserOf(service)]!, permissions: permissions[service] }));
