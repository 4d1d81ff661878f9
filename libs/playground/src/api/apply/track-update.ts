import type { ManagedFields, PlaygroundObject } from '../../objects';
import type { Schema } from '../schema/schema';
import { difference, union } from './field-set';
import { compare } from './fields-of';
import { decodeManagers, encodeManagers, fieldsOfManager, ownable, sameManager, type Manager } from './managers';

export interface Tracking {
  readonly schema: Schema;
  readonly hasStatus: boolean;
  readonly now: Date;
}

/**
 * managedFields after an update: the writer owns all changed fields, deleted fields have no owner.
 * A writer may send its own managedFields; `[{}]` clears them.
 */
export function trackUpdate(
  live: PlaygroundObject | undefined,
  next: PlaygroundObject,
  writer: Manager,
  { schema, hasStatus, now }: Tracking,
): readonly ManagedFields[] | undefined {
  const sent = next.metadata.managedFields;
  const forgets = sent?.length === 1 && Object.keys(sent[0] ?? {}).length === 0;
  if (forgets) return undefined;
  const before = decodeManagers(live?.metadata.managedFields);
  const chosen = decodeManagers(sent);
  const managers = chosen.length > 0 ? chosen : before;
  const { changed, removed } = compare(live ?? {}, next, schema);
  const mine = ownable(changed, hasStatus, writer.subresource);
  const others = managers
    .filter((each) => !sameManager(each, writer))
    .map((each) => ({ ...each, fields: difference(difference(each.fields, mine), removed) }));
  const own = { ...writer, fields: difference(union(fieldsOfManager(managers, writer), mine), removed) };
  return encodeManagers([...others, own], chosen.length > 0 ? chosen : before, now);
}
