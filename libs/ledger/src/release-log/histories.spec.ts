import { MemoryEventStore } from '@alloy/event-store';
import type { NewEvent, StoredEvent } from '@alloy/contracts';
import { familyOf, schemaOf, type ReleaseEvent } from '@alloy/release';
import { inspected, planned, promoted, promoting, requested, started } from '../testing/facts';
import { Histories, historyOf } from './histories';
import { loadHistory } from './load-history';

let ids = 0;
const anEvent = ({ type, data }: ReleaseEvent): NewEvent => ({
  id: `00000000-0000-7000-8000-${String(++ids).padStart(12, '0')}`,
  type,
  schema: schemaOf(type),
  family: familyOf[type],
  project: 'shop',
  environment: 'production',
  actor: { kind: 'service', id: 'planner' },
  correlationId: 'r',
  causationId: null,
  traceparent: null,
  data,
});

/** A store that records from which version on a stream was read. */
class Store extends MemoryEventStore {
  readonly reads: number[] = [];

  constructor() {
    super({ now: () => 0 });
  }

  override read(stream: string, options: { readonly after?: number } = {}): Promise<readonly StoredEvent[]> {
    this.reads.push(options.after ?? 0);
    return super.read(stream, options);
  }

  write = (stream: string, ...events: readonly ReleaseEvent[]): Promise<readonly StoredEvent[]> =>
    this.append([{ stream, expected: 'any', events: events.map(anEvent) }]);
}

describe('a cached history', () => {
  let store: Store;
  let histories: Histories;
  const load = async () => (await loadHistory(store, histories, 'release-A')).history;
  beforeEach(async () => {
    store = new Store();
    histories = new Histories();
    await store.write('release-A', requested(), inspected);
  });

  it('is continued from its last event, and folds to the same state as the whole stream', async () => {
    const first = await load();
    expect(await load()).toBe(first);
    await store.write('release-A', planned(1), started(0, 3));
    const second = await load();
    expect(store.reads).toEqual([0, 1, 1]);
    expect(second).toEqual(historyOf('release-A', second.events));
    expect(second.events.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
    expect(first.events).toHaveLength(2);
  });

  it('is read again if the log has other events at that position', async () => {
    const { events } = await load();
    const other = new Store();
    await other.write('release-A', requested('v9'), inspected, planned(1));
    store = other;
    const { state } = await load();
    expect(other.reads).toEqual([1, 0]);
    expect(state).toMatchObject({ version: 3, request: { imageTag: 'v9' } });
    expect(events).toHaveLength(2);
  });

  it('is extended only by events that were appended to it', async () => {
    const { events } = await load();
    const appended = await store.write('release-A', planned(1));
    expect(histories.followedBy('release-A', appended)).toEqual(historyOf('release-A', [...events, ...appended]));
    const elsewhere = await new Store().write('release-A', requested('v9'), inspected, planned(1));
    expect(histories.followedBy('release-A', elsewhere.slice(2))).toBeUndefined();
    expect(histories.followedBy('release-A', await store.write('release-A', started(0, 3)))).toBeUndefined();
    expect(histories.followedBy('release-B', appended)).toBeUndefined();
    expect(histories.followedBy('release-A', [])).toBeUndefined();
  });

  it('starts with the events that are appended to a new stream', async () => {
    const appended = await store.write('release-B', requested());
    expect(histories.followedBy('release-B', appended)).toEqual(historyOf('release-B', appended));
  });
});

it('is kept if it was used recently, up to the limit of events', async () => {
  const store = new Store();
  const histories = new Histories(5);
  for (const stream of ['release-A', 'release-B', 'release-C']) await store.write(stream, requested(), inspected);
  for (const stream of ['release-A', 'release-B', 'release-A', 'release-C']) await loadHistory(store, histories, stream);
  expect(['release-A', 'release-B', 'release-C'].map((stream) => histories.get(stream)?.events.length)).toEqual([2, undefined, 2]);
});

it('is dropped once the release has ended', async () => {
  const store = new Store();
  const histories = new Histories();
  await store.write('release-A', requested(), inspected, planned(1), started(0, 3), promoting);
  await loadHistory(store, histories, 'release-A');
  expect(histories.get('release-A')?.events).toHaveLength(5);
  await store.write('release-A', promoted);
  expect((await loadHistory(store, histories, 'release-A')).history.state.status).toBe('promoted');
  expect(histories.get('release-A')).toBeUndefined();
});

it('is not replaced by a shorter one', async () => {
  const store = new Store();
  const histories = new Histories();
  const events = await store.write('release-A', requested(), inspected);
  histories.keep('release-A', historyOf('release-A', events));
  histories.keep('release-A', historyOf('release-A', events.slice(0, 1)));
  expect(histories.get('release-A')?.events).toHaveLength(2);
});
