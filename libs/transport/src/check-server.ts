import type { NatsConnection } from '@nats-io/transport-node';

const OLDEST = [2, 9] as const;

/** The NATS server can't do what Alloy needs. */
export class UnsuitableServer extends Error {
  readonly code = 'unsuitable_nats_server';
  constructor(message: string) {
    super(message);
    this.name = 'UnsuitableServer';
  }
}

/** Throws `UnsuitableServer` unless it is nats-server 2.9 or newer with JetStream. */
export function checkServer(connection: Pick<NatsConnection, 'info'>): void {
  const { version = '0.0.0', jetstream = false } = connection.info ?? {};
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new UnsuitableServer(`the server at NATS_URL is nats-server ${version}; Alloy needs ${OLDEST.join('.')} or newer`);
  }
  if (!jetstream) throw new UnsuitableServer('the server at NATS_URL runs without JetStream; start it with -js');
}
