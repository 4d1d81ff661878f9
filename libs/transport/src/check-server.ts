import { TerminalError } from '@alloy/runtime';
import type { ConsumerConfig, StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { consumerConfig, streamConfig } from './streams';

/**
 * Features of nats-server by the version that introduced them. An older server silently ignores unknown settings of
 * streams and messages.
 */
const since = {
  namedConsumers: [2, 9],
  multipleFilters: [2, 10],
  metadata: [2, 10],
  consumerPause: [2, 11],
  messageTtl: [2, 11],
  atomicBatch: [2, 12],
  messageSchedules: [2, 12],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;
export type NatsFeature = keyof typeof since;

/** Settings of streams and consumers that are newer than version 2.9. */
const featureOfSetting: Readonly<
  Partial<Record<keyof StreamConfig | keyof ConsumerConfig | 'allow_atomic' | 'allow_msg_schedules', NatsFeature>>
> = {
  filter_subjects: 'multipleFilters', metadata: 'metadata', pause_until: 'consumerPause', allow_msg_ttl: 'messageTtl',
  subject_delete_marker_ttl: 'messageTtl', allow_atomic: 'atomicBatch', allow_msg_schedules: 'messageSchedules',
};

/** The NATS server lacks a feature that Alloy needs. */
export class UnsuitableServer extends TerminalError {
  constructor(message: string) {
    super('unsuitable_nats_server', message);
    this.name = 'UnsuitableServer';
  }
}

/** Features of a server of this version. */
export function featuresOf(version: string): ReadonlySet<NatsFeature> {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const names = Object.keys(since) as NatsFeature[];
  return new Set(names.filter((name) => major > since[name][0] || (major === since[name][0] && minor >= since[name][1])));
}

/** Features that these settings need; named consumers are always needed. */
export function neededFeatures(settings: readonly object[]): ReadonlySet<NatsFeature> {
  const used = settings.flatMap((one) => Object.keys(one)).map((name) => featureOfSetting[name as keyof typeof featureOfSetting]);
  return new Set<NatsFeature>(['namedConsumers', ...used.filter((feature) => feature !== undefined)]);
}

const alloyFeatures = neededFeatures([streamConfig, consumerConfig('planner')]);

/**
 * Throws `UnsuitableServer` unless the server has JetStream and all features that Alloy's stream and consumers need, or
 * the given ones.
 */
export function checkServer(connection: Pick<NatsConnection, 'info'>, needed: ReadonlySet<NatsFeature> = alloyFeatures): void {
  const { version = '0.0.0', jetstream = false } = connection.info ?? {};
  const has = featuresOf(version);
  const lacks = [...needed].filter((feature) => !has.has(feature));
  if (lacks.length > 0) {
    const oldest = lacks.map((feature) => since[feature]).reduce((a, b) => (a[0] > b[0] || (a[0] === b[0] && a[1] >= b[1]) ? a : b));
    throw new UnsuitableServer(
      `the server at NATS_URL is nats-server ${version}, which lacks ${lacks.join(', ')}: upgrade it; Alloy needs ${oldest.join('.')} or newer`,
    );
  }
  if (!jetstream) throw new UnsuitableServer('the server at NATS_URL runs without JetStream; start it with -js');
}
