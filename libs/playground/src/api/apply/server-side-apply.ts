import type { PlaygroundObject } from '../../objects';
import { ApiError } from '../status';
import { unfitPatch } from './unfit-patch';
import { difference, emptySet, intersection, isEmpty, pathsOf, union } from './field-set';
import { compare } from './fields-of';
import {
  decodeManagers, encodeManagers, fieldsOfManager, ownable, ownableFields, sameManager, type Managed, type Manager,
} from './managers';
import { duplicateItem, mergeApplied, removeFields } from './merge-applied';
import type { Tracking } from './track-update';

/**
 * Server-side apply: merges the applied fields into the live object, drops fields that this manager applied before and
 * now omits (unless another manager owns them),
 * and refuses with 409 to change fields of another manager, unless forced. `live` absent: creates the object.
 */
export function serverSideApply(
  live: PlaygroundObject | undefined,
  applied: PlaygroundObject,
  writer: Manager,
  force: boolean,
  tracking: Tracking,
): PlaygroundObject {
  const { schema, hasStatus, now } = tracking;
  const twice = duplicateItem(applied, schema);
  if (twice !== undefined) throw unfitPatch(applied, twice);
  const before = decodeManagers(live?.metadata.managedFields);
  const others = before.filter((each) => !sameManager(each, writer));
  const mine = ownableFields(applied, schema, hasStatus, writer.subresource);
  const merged = live ? mergeApplied(live, applied, schema) : applied;
  const kept = others.reduce((all, each) => union(all, each.fields), mine);
  const dropped = difference(fieldsOfManager(before, writer), kept);
  const next = removeFields(merged, dropped, kept, schema) as PlaygroundObject;
  const { changed, removed } = compare(live ?? {}, next, schema);
  const taken = ownable(changed, hasStatus, writer.subresource);
  // A new map is a change too: its manager owns it even if it is empty.
  if (!force) refuseConflicts(others, live ? taken : emptySet);
  const rest = others.map((each) => ({ ...each, fields: difference(difference(each.fields, taken), removed) }));
  const managedFields = encodeManagers([...rest, { ...writer, fields: mine }], before, now);
  return { ...next, metadata: { ...next.metadata, managedFields } };
}

function refuseConflicts(others: readonly Managed[], taken: Managed['fields']): void {
  const conflicts = others.map((each) => ({ each, fields: intersection(each.fields, taken) })).filter(({ fields }) => !isEmpty(fields));
  if (conflicts.length === 0) return;
  const causes = conflicts.flatMap(({ each, fields }) =>
    pathsOf(fields).map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${describe(each)}`, field })),
  );
  const managers = conflicts.map(({ each, fields }) => {
    const paths = pathsOf(fields);
    return paths.length === 1
      ? `conflict with ${describe(each)}: ${paths[0] ?? ''}`
      : `conflicts with ${describe(each)}:\n${paths.map((path) => `- ${path}`).join('\n')}`;
  });
  const count = causes.length === 1 ? '1 conflict' : `${causes.length} conflicts`;
  throw new ApiError(409, 'Conflict', `Apply failed with ${count}: ${managers.join('\n')}`, { causes });
}

const describe = ({ manager, subresource, operation, apiVersion }: Managed): string =>
  `"${manager}"${subresource === undefined ? '' : ` with subresource "${subresource}"`}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
