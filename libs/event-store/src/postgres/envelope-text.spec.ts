import { canonical, chainHash, GENESIS_HASH } from '@alloy/audit';
import { createHash } from 'node:crypto';
import { anEvent } from '../testing/an-event';
import { envelopeText } from './envelope-text';

it('is the hashed text, split where the time and the version belong', () => {
  const event = anEvent({ causationId: 'c', traceparent: 't', data: { z: 1, a: { ä: '"}\\' }, version: 9 } });
  const { head, tail } = envelopeText('s-1', event);
  const [occurredAt, version] = ['2026-01-01T00:00:00.000Z', 12];
  const text = `${head}${occurredAt}${tail}${version}}`;
  expect(text).toBe(canonical({ ...event, stream: 's-1', version, occurredAt }));
  expect(createHash('sha256').update(GENESIS_HASH).update(text).digest('hex')).toBe(
    chainHash(GENESIS_HASH, { ...event, stream: 's-1', version, occurredAt }),
  );
});
