import { verifyChain } from '@alloy/audit';
import type { NewEvent, Upcasters } from '@alloy/contracts';
import { InlineConflict, type EventStore } from './ports';
import { anEvent } from './testing/an-event';

export interface ContractFixture {
  /**
   * Empty, with `contractUpcasters` and an inline view that accepts one `Claimed` event per project and refuses the
   * next with `InlineConflict`.
   */
  readonly store: EventStore;
  /** Resolves once `readOrdered` returns all committed events. */
  settle(): Promise<void>;
  dispose(): Promise<void>;
}

/** `Renamed` is at schema 3; schema 1 had `title`, schema 2 `name` without `length`. */
export const contractUpcasters: Upcasters = {
  SomethingHappened: { current: 1 },
  Claimed: { current: 1 },
  Renamed: {
    current: 3,
    from: {
      1: (data) => ({ name: (data as { title: string }).title }),
      2: (data) => ({ ...(data as { name: string }), length: (data as { name: string }).name.length }),
    },
  },
};

/** The behaviour of every event store; run for the one in memory and the one in Postgres. */
export function eventStoreContract(name: string, make: () => Promise<ContractFixture>): void {
  describe(`${name}: event store contract`, () => {
    let fixture: ContractFixture;
    let store: EventStore;
    beforeEach(async () => {
      fixture = await make();
      store = fixture.store;
    });
    afterEach(() => fixture.dispose());

    appending(() => store);
    repeating(() => store);
    refusing(() => store);
    reading(() => store);
    ordering(() => store, () => fixture.settle());
  });
}

const to = (stream: string, expected: number | 'any', ...events: readonly NewEvent[]) => [{ stream, expected, events }];

function appending(store: () => EventStore): void {
  describe('append', () => {
    it('assigns versions from 1 without gaps, a time, and a hash chain that verifies', async () => {
      await store().append(to('s-1', 0, anEvent(), anEvent()));
      await store().append(to('s-1', 2, anEvent()));
      const events = await store().read('s-1');
      expect(events.map((e) => e.version)).toEqual([1, 2, 3]);
      expect(events.every((e) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(e.occurredAt))).toBe(true);
      expect(verifyChain(events)).toEqual([]);
    });

    it('returns the same events as a read', async () => {
      const event = anEvent({
        causationId: 'c',
        traceparent: 't',
        data: { b: [1, 2.5, -0, 1e21, 5e-324, null], a: { ä: '"\\u0000' }, unset: undefined },
      });
      const appended = await store().append(to('s-1', 0, event));
      expect(appended).toEqual(await store().read('s-1'));
      expect(appended[0]).toMatchObject({
        ...event, stream: 's-1', version: 1,
        data: { b: [1, 2.5, 0, 1e21, 5e-324, null], a: { ä: '"\\u0000' } },
      });
    });

    it('appends to several streams at once, or to none of them', async () => {
      await store().append(to('s-2', 0, anEvent()));
      const both = [...to('s-1', 0, anEvent()), ...to('s-2', 0, anEvent())];
      await expect(store().append(both)).rejects.toMatchObject({ code: 'version_conflict', stream: 's-2', expected: 0, actual: 1 });
      expect(await store().read('s-1')).toEqual([]);
      await store().append([...to('s-1', 0, anEvent()), ...to('s-2', 1, anEvent())]);
      expect((await store().read('s-2')).map((e) => e.version)).toEqual([1, 2]);
    });

    it('accepts one of two concurrent writers of the same version', async () => {
      const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => store().append(to('s-1', 0, anEvent()))));
      expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
      expect(await store().read('s-1')).toHaveLength(1);
    });

    it('accepts all concurrent writers that expect any version', async () => {
      await Promise.all(Array.from({ length: 8 }, () => store().append(to('s-1', 'any', anEvent()))));
      const events = await store().read('s-1');
      expect(events.map((e) => e.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(verifyChain(events)).toEqual([]);
    });

    it('appends nothing if it gets no events', async () => {
      expect(await store().append([])).toEqual([]);
      expect(await store().append(to('s-1', 7))).toEqual([]);
    });
  });
}

function repeating(store: () => EventStore): void {
  describe('append again', () => {
    it('returns the same events for any expected version, and stores nothing', async () => {
      const events = [anEvent(), anEvent()];
      const first = await store().append(to('s-1', 0, ...events));
      await store().append(to('s-1', 2, anEvent()));
      for (const expected of [0, 3, 'any'] as const) expect(await store().append(to('s-1', expected, ...events))).toEqual(first);
      expect(await store().read('s-1')).toHaveLength(3);
    });

    it('stores an event once if it is appended many times concurrently', async () => {
      const event = anEvent();
      const answers = await Promise.all([1, 2, 3, 4].map(() => store().append(to('s-1', 'any', event))));
      expect(new Set(answers.map((a) => a[0]?.hash)).size).toBe(1);
      expect(await store().read('s-1')).toHaveLength(1);
    });

    it('refuses an id that is stored with other content', async () => {
      const event = anEvent();
      await store().append(to('s-1', 0, event));
      const reuses = [to('s-1', 'any', { ...event, data: { other: true } }), to('s-2', 'any', event), to('s-1', 'any', event, anEvent())];
      for (const reuse of reuses) await expect(store().append(reuse)).rejects.toMatchObject({ code: 'event_id_reused', eventId: event.id });
      expect(await store().read('s-1')).toHaveLength(1);
    });
  });
}

function refusing(store: () => EventStore): void {
  describe('refuse', () => {
    it.each([
      ['an id that is not a UUID', { id: 'e1' }],
      ['an id in upper case', { id: '0190A1B2-0000-7000-8000-00000000000A' }],
      ['schema 0', { schema: 0 }],
      ['an empty type', { type: '' }],
      ['no data', { data: undefined }],
      ['NaN', { data: { rate: Number.NaN } }],
      ['NUL in a string', { data: { text: 'a\u0000b' } }],
      ['half a surrogate pair', { data: { text: '\ud83d' } }],
    ])('%s', async (_what, fields) => {
      await expect(store().append(to('s-1', 0, anEvent(fields)))).rejects.toMatchObject({ code: 'invalid_event' });
      expect(await store().read('s-1')).toEqual([]);
    });

    it('an id that occurs twice in one append', async () => {
      const event = anEvent();
      await expect(store().append(to('s-1', 0, event, event))).rejects.toMatchObject({ code: 'invalid_event' });
    });

    it('an append that an inline view refuses, with all its events', async () => {
      await store().append(to('s-1', 0, anEvent({ type: 'Claimed' })));
      const refused = store().append([...to('s-2', 0, anEvent()), ...to('s-3', 0, anEvent({ type: 'Claimed' }))]);
      await expect(refused).rejects.toBeInstanceOf(InlineConflict);
      expect([await store().read('s-2'), await store().read('s-3')]).toEqual([[], []]);
      await store().append(to('s-3', 0, anEvent({ type: 'Claimed', project: 'other' })));
      expect(await store().read('s-3')).toHaveLength(1);
    });
  });
}

function reading(store: () => EventStore): void {
  describe('read', () => {
    it('returns the events after a version, and no events of an unknown stream', async () => {
      await store().append(to('s-1', 0, anEvent(), anEvent(), anEvent()));
      expect((await store().read('s-1', { after: 1 })).map((e) => e.version)).toEqual([2, 3]);
      expect(await store().read('s-9')).toEqual([]);
    });

    it('upcasts step by step, and returns events as written with raw', async () => {
      const old = [
        anEvent({ type: 'Renamed', schema: 1, data: { title: 'web' } }),
        anEvent({ type: 'Renamed', schema: 2, data: { name: 'shop' } }),
      ];
      const appended = await store().append(to('s-1', 0, ...old));
      expect((await store().read('s-1')).map((e) => [e.schema, e.data])).toEqual([
        [3, { name: 'web', length: 3 }],
        [3, { name: 'shop', length: 4 }],
      ]);
      expect(appended).toEqual(await store().read('s-1'));
      expect(verifyChain(await store().read('s-1', { raw: true }))).toEqual([]);
    });

    it('refuses events that it could not read: of an unknown type, or with a newer schema', async () => {
      await expect(store().append(to('s-1', 0, anEvent({ type: 'Unheard' })))).rejects.toMatchObject({
        code: 'unknown_event_type',
        type: 'Unheard',
      });
      await expect(store().append(to('s-1', 0, anEvent({ type: 'Renamed', schema: 4 })))).rejects.toMatchObject({
        code: 'unknown_event_schema', schema: 4, current: 3,
      });
      expect(await store().read('s-1')).toEqual([]);
    });

    it('returns events together with its current time, also of an unknown stream', async () => {
      const [first] = await store().append(to('s-1', 0, anEvent({ type: 'Renamed', schema: 1, data: { title: 'web' } }), anEvent()));
      const { events, now } = await store().readWithTime('s-1');
      expect(events).toEqual(await store().read('s-1'));
      expect(now).toBeGreaterThanOrEqual(Date.parse(first!.occurredAt));
      expect(now).toBeLessThanOrEqual(await store().now());
      expect((await store().readWithTime('s-1', { after: 1 })).events.map((e) => e.version)).toEqual([2]);
      expect(await store().readWithTime('s-9')).toEqual({ events: [], now: expect.any(Number) });
    });

    it('returns its current time', async () => {
      const before = await store().now();
      const [event] = await store().append(to('s-1', 0, anEvent()));
      expect(Date.parse(event!.occurredAt)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(event!.occurredAt)).toBeLessThanOrEqual(await store().now());
    });
  });
}

function ordering(store: () => EventStore, settle: () => Promise<void>): void {
  describe('order', () => {
    it('assigns each event a seq, from 1 without gaps, in the order of versions', async () => {
      expect(await store().lastSeq()).toBe(0);
      await store().append([...to('s-1', 0, anEvent(), anEvent()), ...to('s-2', 0, anEvent())]);
      await store().append(to('s-1', 2, anEvent()));
      await settle();
      const ordered = await store().readOrdered();
      expect(ordered.map((e) => [e.seq, e.stream, e.version])).toEqual([[1, 's-1', 1], [2, 's-1', 2], [3, 's-2', 1], [4, 's-1', 3]]);
      expect(await store().lastSeq()).toBe(4);
    });

    it('reads after a seq, filtered by stream, type and project', async () => {
      await store().append(to('s-1', 0, anEvent(), anEvent({ type: 'Claimed' })));
      await store().append(to('s-2', 0, anEvent({ project: 'other' })));
      await settle();
      const seqs = async (options: Parameters<EventStore['readOrdered']>[0]) => (await store().readOrdered(options)).map((e) => e.seq);
      expect(await seqs({ after: 1 })).toEqual([2, 3]);
      expect(await seqs({ limit: 2 })).toEqual([1, 2]);
      expect(await seqs({ stream: 's-2' })).toEqual([3]);
      expect(await seqs({ types: ['Claimed', 'Renamed'] })).toEqual([2]);
      expect(await seqs({ project: 'shop', after: 1 })).toEqual([2]);
    });

    it('reads filtered by actor and time, and as written', async () => {
      await store().append(to('s-1', 0, anEvent({ type: 'Renamed', data: { title: 'shop' } })));
      await store().append(to('s-1', 1, anEvent({ actor: { kind: 'user', id: 'anna' } })));
      await settle();
      const read = (options: Parameters<EventStore['readOrdered']>[0]) => store().readOrdered(options);
      expect((await read({ actor: 'anna' })).map((e) => e.seq)).toEqual([2]);
      const [first] = await read({});
      expect((await read({ since: first!.occurredAt, until: '2999-01-01T00:00:00+01:00' })).map((e) => e.seq)).toContain(1);
      expect((await read({ until: first!.occurredAt })).map((e) => e.seq)).toEqual([]);
      expect(await read({ since: '2999-01-01T00:00:00Z' })).toEqual([]);
      expect(first).toMatchObject({ schema: 3, data: { name: 'shop', length: 4 } });
      expect((await read({ raw: true, limit: 1 }))[0]).toMatchObject({ schema: 1, data: { title: 'shop' }, hash: first!.hash });
    });
  });
}
