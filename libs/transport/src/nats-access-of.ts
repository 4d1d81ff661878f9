import type { NatsAccess } from './nats-credentials';

/** NATS settings in a service's environment. */
export interface NatsConfig {
  readonly NATS_URL: { reveal(): string };
  readonly NATS_CREDS?: string | undefined;
  readonly NATS_NKEY?: string | undefined;
  readonly NATS_CA?: string | undefined;
  readonly NATS_INBOX_PREFIX?: string | undefined;
}

/** A service's access to NATS from its configuration. */
export const natsAccessOf = ({ NATS_URL, NATS_CREDS, NATS_NKEY, NATS_CA, NATS_INBOX_PREFIX }: NatsConfig): NatsAccess =>
  ({ url: NATS_URL.reveal(), credsFile: NATS_CREDS, nkeyFile: NATS_NKEY, caFile: NATS_CA, inboxPrefix: NATS_INBOX_PREFIX });
