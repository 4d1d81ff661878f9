import { createHash } from 'node:crypto';
import type { StoredEvent } from '@alloy/contracts';
import canonicalize from 'canonicalize';

/** Previous hash of a stream's first event. */
export const GENESIS_HASH = '0'.repeat(64);

/** Canonical JSON (RFC 8785); throws for values that JSON cannot represent (NaN, infinities, undefined). */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/**
 * Hex SHA-256 over the stream's previous hash and the canonical envelope, without position in the order and
 * transaction.
 */
export function chainHash(previous: string, event: Omit<StoredEvent, 'hash'>): string {
  const {
    stream, version, occurredAt, id, type, schema, family, project, environment, actor, correlationId, causationId,
    traceparent, data,
  } = event;
  const envelope = {
    stream, version, occurredAt, id, type, schema, family, project, environment, actor, correlationId, causationId,
    traceparent, data,
  };
  return createHash('sha256').update(previous).update(canonical(envelope)).digest('hex');
}
