import type { Change } from '../../change-log';
import type { PlaygroundObject } from '../../objects';
import { StoreError } from '../../store-error';
import { storeKey } from '../event-alias';
import type { Exchange } from '../exchange';
import { ApiError, fromStoreError } from '../status';
import type { Target } from '../target';
import { selectorOf, tooLarge } from './read';
import { WatchStream, type EventType } from './watch-stream';

const defaultTimeoutSeconds = 1800;

/** Streams changes as JSON lines from `resourceVersion` on; without one (or 0) existing objects come first as ADDED. */
export function watchObjects(exchange: Exchange, target: Target): void {
  const { url, bookmarkEvery } = exchange;
  const selects = selectorOf(exchange, target);
  const stream = new WatchStream(exchange, target.type);
  const unsubscribe = subscribe(
    exchange, target, stream,
    (object) => (target.namespace === undefined || object.metadata.namespace === target.namespace) && selects(object),
  );
  if (!unsubscribe) return;
  const timers = [setTimeout(() => stream.end(), (Number(url.searchParams.get('timeoutSeconds')) || defaultTimeoutSeconds) * 1000)];
  if (url.searchParams.get('allowWatchBookmarks') === 'true') timers.push(setInterval(() => stream.bookmark(), bookmarkEvery));
  stream.onClose(() => {
    unsubscribe();
    timers.forEach(clearTimeout);
  });
}

/** Sends the initial events, then each change; `undefined` if the watch was refused and has ended. */
function subscribe(
  { store, url }: Exchange,
  { type, namespace }: Target,
  stream: WatchStream,
  visible: (object: PlaygroundObject) => boolean,
): (() => void) | undefined {
  const asked = Number(url.searchParams.get('resourceVersion') ?? '0');
  const initial = url.searchParams.get('sendInitialEvents') === 'true';
  const fromNow = asked === 0 || initial;
  try {
    if (asked > store.resourceVersion) throw tooLarge(asked, store.resourceVersion);
    if (fromNow) for (const object of store.list(storeKey(type), namespace, visible)) stream.send('ADDED', object);
    if (initial) stream.bookmark({ 'k8s.io/initial-events-end': 'true' });
    const send = (change: Change): void => {
      const event = eventFor(change, visible);
      if (event) stream.send(event, change.object);
    };
    return store.watch(storeKey(type), send, { since: fromNow ? store.resourceVersion : asked });
  } catch (error) {
    const refusal = error instanceof StoreError ? fromStoreError(error) : error;
    if (!(refusal instanceof ApiError)) throw error;
    stream.refuse(refusal);
    return undefined;
  }
}

/**
 * The event for a watcher with a selector: an object that starts to match is added, one that stops matching is deleted.
 */
function eventFor({ type, object, previous }: Change, visible: (object: PlaygroundObject) => boolean): EventType | undefined {
  const was = previous !== undefined && visible(previous);
  const is = type !== 'DELETED' && visible(object);
  if (was && is) return 'MODIFIED';
  if (is) return 'ADDED';
  return was ? 'DELETED' : undefined;
}
