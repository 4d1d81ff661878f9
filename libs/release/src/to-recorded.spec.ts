import type { StoredEvent } from '@alloy/contracts';
import { evolve } from './evolve';
import { initialState } from './initial-state';
import { toRecorded } from './to-recorded';
import { identity, request, START } from './testing';

const stored = (type: string): StoredEvent => ({
  id: '0191', stream: 'release-R2', version: 1, type, schema: 1, family: 'intent', project: 'shop',
  environment: 'production',
  actor: { kind: 'ci', id: 'token-1' },
  correlationId: 'R2',
  causationId: null,
  traceparent: null,
  occurredAt: START,
  hash: 'h',
  data: request,
});

describe('toRecorded', () => {
  it('keeps what evolve needs', () => {
    const state = evolve(initialState(identity), toRecorded(stored('ReleaseRequested')));
    expect(state).toMatchObject({ status: 'requested', version: 1, requestedAt: START, requestedBy: { id: 'token-1' }, request });
  });

  it.each(['ReleaseImagined', 'toString', '__proto__'])('refuses the unknown type %s, which newer code wrote', (type) => {
    expect(() => toRecorded(stored(type))).toThrow(expect.objectContaining({ code: 'unknown_event_type' }));
  });
});
