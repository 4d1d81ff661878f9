import type { Change } from '../../change-log';
import type { PlaygroundObject } from '../../objects';
import { apiVersionOf } from '../../resources';
import { StoreError } from '../../store-error';
import { storeKey } from '../event-alias';
import type { Exchange } from '../exchange';
import type { JsonObject } from '../json';
import { acceptedForm, represent } from '../representation';
import { ApiError, fromStoreError } from '../status';
import type { Target } from '../target';
import { selectorOf, tooLarge } from './read';

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

const defaultTimeoutSeconds = 1800;
// A client that does not read must not fill the memory.
const mostBuffered = 16 * 1024 * 1024;

/** Streams changes, one JSON line each, from `resourceVersion` on; without one (or 0) what is there comes first as ADDED. */
export function watchObjects(exchange: Exchange, target: Target): void {
  const { store, url, response, request, bookmarkEvery } = exchange;
  const { type } = target;
  const form = acceptedForm(request.headers.accept);
  const selects = selectorOf(exchange, target);
  const query = url.searchParams;
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();

  let first = true;
  const write = (event: EventType, object: JsonObject): void => {
    if (response.writableEnded || response.destroyed) return;
    response.write(`${JSON.stringify({ type: event, object })}\n`);
    if (response.writableLength > mostBuffered) response.destroy();
  };
  const send = (event: EventType, object: PlaygroundObject): void => {
    const shown = represent(exchange, type, object, form);
    // Only a stream's first table names its columns: kubectl prints a header for each that does.
    write(event, form === 'Table' && !first ? { ...shown, columnDefinitions: null } : shown);
    first = false;
  };
  const bookmark = (annotations?: Record<string, string>): void =>
    write('BOOKMARK', { kind: type.kind, apiVersion: apiVersionOf(type), metadata: { resourceVersion: String(store.resourceVersion), creationTimestamp: null, ...(annotations ? { annotations } : {}) } });

  const visible = (object: PlaygroundObject): boolean => (target.namespace === undefined || object.metadata.namespace === target.namespace) && selects(object);
  const tell = (change: Change): void => {
    const event = eventFor(change, visible);
    if (event) send(event, change.object);
  };

  const asked = Number(query.get('resourceVersion') ?? '0');
  const fromNow = asked === 0 || query.get('sendInitialEvents') === 'true';
  let unsubscribe: () => void = () => undefined;
  try {
    if (asked > store.resourceVersion) throw tooLarge(asked, store.resourceVersion);
    if (fromNow) for (const object of store.list(storeKey(type), target.namespace, selects)) send('ADDED', object);
    if (query.get('sendInitialEvents') === 'true') bookmark({ 'k8s.io/initial-events-end': 'true' });
    unsubscribe = store.watch(storeKey(type), tell, { since: fromNow ? store.resourceVersion : asked });
  } catch (error) {
    const refusal = error instanceof StoreError ? fromStoreError(error) : error;
    if (!(refusal instanceof ApiError)) throw error;
    write('ERROR', refusal.body());
    response.end();
    return;
  }
  const timers = [setTimeout(() => response.end(), (Number(query.get('timeoutSeconds')) || defaultTimeoutSeconds) * 1000)];
  if (query.get('allowWatchBookmarks') === 'true') timers.push(setInterval(() => bookmark(), bookmarkEvery));
  response.on('close', () => {
    unsubscribe();
    timers.forEach(clearTimeout);
  });
}

/** What a change is to a watcher that sees only some objects: one that starts to match is new, one that stops is gone. */
function eventFor({ type, object, previous }: Change, visible: (object: PlaygroundObject) => boolean): EventType | undefined {
  const was = previous !== undefined && visible(previous);
  const is = type !== 'DELETED' && visible(object);
  if (was && is) return 'MODIFIED';
  if (is) return 'ADDED';
  return was ? 'DELETED' : undefined;
}
