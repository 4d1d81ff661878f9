import type { StoredEvent } from '@alloy/contracts';
import { chainHash, GENESIS_HASH } from './hash';
import { ALog } from './testing/a-log';
import { verifyChain } from './verify-chain';

const { events } = new ALog().append('s-1', 3);

const edited = (at: number, change: Partial<StoredEvent>): readonly StoredEvent[] =>
  events.map((e, i) => (i === at ? { ...e, ...change } : e));

describe('verifyChain', () => {
  it('finds nothing in an unchanged stream', () => {
    expect(verifyChain(events, events[2])).toEqual([]);
    expect(verifyChain([])).toEqual([]);
  });

  it.each<Partial<StoredEvent>>([
    { data: { n: 7 } },
    { type: 'Other' },
    { occurredAt: '2026-01-01T00:00:00.001Z' },
    { actor: { kind: 'user', id: 'mallory' } },
    { project: 'x' },
    { environment: 'x' },
    { schema: 2 },
    { family: 'decision' },
    { correlationId: 'x' },
    { causationId: 'x' },
    { traceparent: 'x' },
    { id: '0190a1b2-0000-7000-8000-00000000000a' },
  ])('finds an edit of any field: %j', (change) => {
    expect(verifyChain(edited(1, change))).toEqual([{ stream: 's-1', version: 2, code: 'edited' }]);
  });

  it('finds an edit with a recomputed hash', () => {
    const forged = { ...events[1]!, data: { n: 7 } };
    expect(verifyChain(edited(1, { ...forged, hash: chainHash(events[0]!.hash, forged) }))).toEqual([
      { stream: 's-1', version: 3, code: 'edited' },
    ]);
  });

  it('finds a deleted event', () => {
    expect(verifyChain([events[0]!, events[2]!])).toEqual([{ stream: 's-1', version: 3, code: 'gap' }]);
    expect(verifyChain([events[1]!, events[2]!])).toMatchObject([{ version: 2, code: 'gap' }]);
  });

  it('finds missing last events, given the head', () => {
    expect(verifyChain(events.slice(0, 2))).toEqual([]);
    expect(verifyChain(events.slice(0, 2), events[2])).toEqual([{ stream: 's-1', version: 3, code: 'truncated' }]);
    expect(verifyChain([], events[0])).toEqual([{ stream: '', version: 1, code: 'truncated' }]);
  });

  it('finds a known head that is missing in the events, by version or by hash', () => {
    expect(verifyChain(events, { version: 3, hash: events[1]!.hash })).toEqual([{ stream: 's-1', version: 3, code: 'truncated' }]);
    expect(verifyChain(events, { version: 4, hash: events[2]!.hash })).toEqual([{ stream: 's-1', version: 4, code: 'truncated' }]);
    expect(verifyChain(events, events[1])).toEqual([]);
  });

  it('finds a fork, and an event of another stream', () => {
    expect(verifyChain([...events, events[2]!])).toEqual([{ stream: 's-1', version: 3, code: 'fork' }]);
    expect(verifyChain([events[0]!, { ...events[1]!, stream: 's-2' }, events[2]!])).toMatchObject([
      { stream: 's-1', version: 2, code: 'foreign' },
    ]);
  });

  it('keeps the hash algorithm', () => {
    const event = {
      stream: 'release-1', version: 1, occurredAt: '2026-01-01T00:00:00.000Z',
      id: '0190a1b2-0000-7000-8000-00000000000a',
      type: 'ReleaseRequested',
      schema: 1,
      family: 'intent' as const,
      project: 'shop',
      environment: 'production',
      actor: { kind: 'ci' as const, id: 'demo' },
      correlationId: '1',
      causationId: null,
      traceparent: null,
      data: { b: 1.5, a: 'ä' },
    };
    expect(chainHash(GENESIS_HASH, event)).toBe('2b61daca01ea66476907222aff719664c24e6a07a524d48226c81595605d3426');
  });
});
