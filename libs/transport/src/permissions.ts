import { COMMIT_SUBJECTS, PLAN_SUBJECT, services, type EventFamily, type Service } from '@alloy/contracts';
import { STREAM, SUBJECTS, type Durable } from './names';

/** Allowed subjects, with NATS wildcards; the server refuses all others. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Name of a service's NATS user. */
export const natsUserOf = (service: Service): string => `alloy_${service}`;
/** Inbox prefix of a service (NATS_INBOX_PREFIX), so that no other service can read its replies. */
export const inboxPrefixOf = (service: Service): string => `_INBOX_${service}`;

/** Subjects of commit notifications for the event families that a service appends. */
const committed = (...families: readonly EventFamily[]): readonly string[] =>
  families.map((family) => COMMIT_SUBJECTS.replace('>', `${family}.>`));

/**
 * Subjects that a service needs to create the stream and its own durable consumer, to pull and to acknowledge; no other
 * consumer, and no deletion.
 */
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

/**
 * What each service may publish and subscribe to. Only the hosts of the relay publish triggers: the planner, and the
 * watcher as its standby.
 */
export const permissions: Readonly<Record<Service, Permissions>> = {
  ingest: { publish: [...committed('intent'), PLAN_SUBJECT], subscribe: [inbox('ingest')] },
  planner: { publish: [...consume('planner'), SUBJECTS, ...committed('decision')], subscribe: [inbox('planner'), COMMIT_SUBJECTS] },
  executor: {
    publish: [...consume('executor'), ...committed('outcome', 'finding')], subscribe: [inbox('executor'), COMMIT_SUBJECTS, PLAN_SUBJECT],
  },
  watcher: { publish: [...consume('watcher'), SUBJECTS, ...committed('finding')], subscribe: [inbox('watcher'), COMMIT_SUBJECTS] },
  notifier: { publish: consume('notifier'), subscribe: [inbox('notifier')] },
};

export interface NatsUser {
  readonly name: string;
  readonly password: string;
  /** Undefined: no restriction. */
  readonly permissions?: Permissions | undefined;
}

/** The server's users, one per service; `passwords` by user name. */
export const natsUsers = (passwords: Readonly<Record<string, string>>): readonly NatsUser[] =>
  services.map((service) => ({ name: natsUserOf(service), password: passwords[natsUserOf(service)]!, permissions: permissions[service] }));
