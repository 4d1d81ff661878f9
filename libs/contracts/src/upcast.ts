import type { StoredEvent } from './envelope';

/** How one type's old payloads become the present one. */
export interface Upcaster {
  /** The schema now written. */
  readonly current: number;
  /** `from[n]` turns a payload of schema n into n+1; pure. Default: none. */
  readonly from?: Readonly<Record<number, (data: unknown) => unknown>>;
}

/** Every type that may be read, by name. */
export type Upcasters = Readonly<Record<string, Upcaster>>;

/** The event with its payload in the present shape. Throws `UnknownEventType` or `UnknownEventSchema`. Without a registry the event is as written. */
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

/** Nothing knows this type of event: its writer is newer than its reader. */
export class UnknownEventType extends Error {
  readonly code = 'unknown_event_type';
  constructor(readonly type: string, readonly stream: string, readonly version: number) {
    super(`${stream}@${version}: no event type ${type} is known here`);
    this.name = 'UnknownEventType';
  }
}

/** The payload's shape is newer than the reader, or no upcaster leads from it to the present one. */
export class UnknownEventSchema extends Error {
  readonly code = 'unknown_event_schema';
  constructor(readonly type: string, readonly schema: number, readonly current: number) {
    super(`${type}: no way from schema ${schema} to ${current}`);
    this.name = 'UnknownEventSchema';
  }
}
