import { createHash } from 'node:crypto';
import type { StoredEvent } from '@alloy/contracts';
import canonicalize from 'canonicalize';

/** What a stream's first event is chained to. */
export const GENESIS_HASH = '0'.repeat(64);

/** RFC 8785; throws on what JSON can't say (NaN, infinities, a bare undefined). */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** Hex SHA-256 over the stream's previous hash and the canonical envelope, without place in the order or transaction. */
export function chainHash(previous: string, event: Omit<StoredEvent, 'hash'>): string {
  const { stream, version, occurredAt, id, type, schema, family, project, environment, actor, correlationId, causationId, traceparent, data } = event;
  const envelope = { stream, version, occurredAt, id, type, schema, family, project, environment, actor, correlationId, causationId, traceparent, data };
  return createHash('sha256').update(previous).update(canonical(envelope)).digest('hex');
}
