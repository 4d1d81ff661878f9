import type { OrderedEvent } from '@alloy/contracts';
import { fold, type State } from '@alloy/release';
import { request } from '@alloy/release/testing';
import type { Notification } from './notification';
import { Route, type RouteParts } from './route';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const rejected = (seq: number, type = 'ReleaseRejected'): OrderedEvent => ({
  id: `event-${seq}`, stream: `release-R${seq}`, version: 2, seq, type, schema: 1, family: 'decision', project: 'shop', environment: 'production',
  actor: { kind: 'service', id: 'planner' }, correlationId: `R${seq}`, causationId: null, traceparent: null, occurredAt: at(30), hash: '',
  data: { reason: { code: 'busy', rule: 'policy.whenBusy', text: 'release R0 is under way', evidence: {} } },
});
const state = (releaseId: string): State =>
  fold({ releaseId, project: 'shop', environment: 'production' }, [{ type: 'ReleaseRequested', data: request, id: 'x', version: 1, occurredAt: at(2), actor: { kind: 'ci', id: 'demo' } }]);

function world(events: readonly OrderedEvent[]) {
  const told = new Set<string>();
  const sent: Notification[] = [];
  const keys: string[] = [];
  const place = { seq: 0, free: true };
  const failures: string[] = [];
  const parts: RouteParts = {
    name: 'log', holder: 'me',
    channel: {
      async send(notification, key) {
        if (failures[0] === 'send') throw new Error(failures.shift());
        sent.push(notification);
        keys.push(key);
      },
    },
    cursor: { read: async () => place.seq, move: async (seq) => void (place.seq = seq) },
    store: { readOrdered: async ({ after = 0, limit = 500, types } = {}) => events.filter((event) => event.seq > after && types!.includes(event.type)).slice(0, limit) },
    log: { load: async (key) => ({ state: state(typeof key === 'string' ? key : key.releaseId), events: [], now: 0 }) },
    notifications: {
      isTold: async (id, route) => told.has(`${id}/${route}`),
      async recordTold(id, route) {
        if (failures[0] === 'record') throw new Error(failures.shift());
        told.add(`${id}/${route}`);
      },
    },
    leases: { acquire: async () => (place.free ? 1 : undefined), release: async () => undefined },
  };
  return { route: new Route(parts), sent, keys, place, failures };
}

describe('Route', () => {
  it('tells what is worth telling, in order and in one sentence', async () => {
    const { route, sent, keys } = world([rejected(1), rejected(2, 'StepStarted'), rejected(3, 'ReleaseStuck')]);
    await route.run();
    expect(sent.map(({ text }) => text)).toEqual([
      'shop v2 in production: rejected after 28 s (release R0 is under way)',
      'shop v2 in production: stuck after 28 s (release R0 is under way)',
    ]);
    expect(keys).toEqual(['event-1/log', 'event-3/log']);
  });

  it('goes through more than a batch, and tells nothing twice', async () => {
    const { route, sent } = world(Array.from({ length: 250 }, (_, i) => rejected(i + 1)));
    await route.run();
    await route.run();
    expect(new Set(sent.map(({ eventId }) => eventId)).size).toBe(250);
    expect(sent).toHaveLength(250);
  });

  it('tries the same event again when the channel fails', async () => {
    const { route, sent, failures } = world([rejected(1), rejected(2)]);
    failures.push('send');
    await expect(route.run()).rejects.toThrow('send');
    await route.run();
    expect(sent.map(({ eventId }) => eventId)).toEqual(['event-1', 'event-2']);
  });

  it('tells twice under the same key after an end between sending and recording', async () => {
    const { route, keys, failures } = world([rejected(1)]);
    failures.push('record');
    await expect(route.run()).rejects.toThrow('record');
    await route.run();
    expect(keys).toEqual(['event-1/log', 'event-1/log']);
  });

  it('leaves a log that was set back alone: what was told stays told', async () => {
    const { route, sent, place } = world([rejected(1)]);
    await route.run();
    place.seq = 0;
    await route.run();
    expect(sent).toHaveLength(1);
  });

  it('does nothing while another replica is at it', async () => {
    const { route, sent, place } = world([rejected(1)]);
    place.free = false;
    await route.run();
    expect(sent).toHaveLength(0);
  });
});
