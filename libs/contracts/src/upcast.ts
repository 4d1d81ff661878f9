import type { StoredEvent } from './envelope';

/** How payloads of one event type are converted to the current schema. */
export interface Upcaster {
  /** Schema that writers use now. */
  readonly current: number;
  /** `from[n]` turns a payload of schema n into n+1; pure. Default: none. */
  readonly from?: Readonly<Record<number, (data: unknown) => unknown>>;
}

/** All readable event types by name. */
export type Upcasters = Readonly<Record<string, Upcaster>>;

/**
 * Returns the event with its payload in the current schema; without a registry, unchanged. Throws `UnknownEventType` or
 * `UnknownEventSchema`.
 */
export function upcast<E extends StoredEvent>(event: E, upcasters: Upcasters | undefined): E {
  if (!upcasters) return event;
  const upcaster = Object.hasOwn(upcasters, event.type) ? upcasters[event.type] : undefined;
  if (!upcaster) throw new UnknownEventType(event.type, event.stream, event.version);
  if (event.schema === upcaster.current) return event;
  let data: unknown = event.data;
  for (let schema = event.schema; schema !== upcaster.current; schema += 1) {
    const step = upcaster.from?.[schema];
    if (schema > upcaster.current || !step) throw new UnknownEventSchema(event.type, event.schema, upcaster.current);
    data = step(data);
  }
  return { ...event, schema: upcaster.current, data };
}

/** The event type is unknown to this code: a newer version of Alloy wrote it. */
export class UnknownEventType extends Error {
  readonly code = 'unknown_event_type';
  constructor(readonly type: string, readonly stream: string, readonly version: number) {
    super(`${stream}@${version}: unknown event type ${type}; a newer version of Alloy wrote it`);
    this.name = 'UnknownEventType';
  }
}

/** The payload's schema is newer than this code, or an upcaster to the current schema is missing. */
export class UnknownEventSchema extends Error {
  readonly code = 'unknown_event_schema';
  constructor(readonly type: string, readonly schema: number, readonly current: number) {
    super(`${type}: cannot convert schema ${schema} to ${current}`);
    this.name = 'UnknownEventSchema';
  }
}
