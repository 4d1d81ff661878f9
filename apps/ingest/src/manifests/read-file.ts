import { checkKind } from './check-kind';
import type { Placed } from './check-references';
import { checkStrings } from './check-strings';
import { decodeFile } from './decode-file';
import { at, done, invalid, refuse, type Finding, type Result } from './finding';
import { parseYaml } from './parse-yaml';
import { checkPlaceholders } from './placeholder';
import { isRecord, listOf, typeName } from './strings';
import { checkObjectValues } from './walk';

/**
 * The objects of one file of a request, each with the types that Kubernetes requires, or all its faults. Pure.
 */
export function readFile(value: string, pointer: string): Result<readonly Placed[]> {
  const text = decodeFile(value, pointer);
  if (!text.ok) return text;
  const documents = parseYaml(text.value, pointer);
  if (!documents.ok) return documents;
  const placed = documents.value.flatMap((document, i) => flatten(document, at(pointer, i)));
  const findings = placed.flatMap(({ object, pointer: here }) => checkShape(object, here));
  return findings.length > 0 ? refuse(...findings) : done(placed as readonly Placed[]);
}

/**
 * Replaces a list by its items: a List, or a list of one kind, such as ConfigMapList, whose items may omit the kind, as
 * for kubectl.
 */
function flatten(document: unknown, pointer: string): readonly { readonly object: unknown; readonly pointer: string }[] {
  if (!isRecord(document)) return [{ object: document, pointer }];
  const { apiVersion, kind, items } = document;
  const isAny = kind === 'List' && apiVersion === 'v1';
  if (!isAny && !(typeof kind === 'string' && /.List$/.test(kind) && Array.isArray(items))) return [{ object: document, pointer }];
  const ofItem = isAny ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
  return listOf(items).flatMap((item, i) => flatten(isRecord(item) ? { ...ofItem, ...item } : item, at(pointer, 'items', i)));
}

/**
 * Checks that it is an object with the types that Kubernetes requires; all later checks rely on that.
 */
function checkShape(object: unknown, pointer: string): Finding[] {
  if (!isRecord(object)) return [invalid('wrong_type', pointer, `A Kubernetes object must be a mapping, but this is ${typeName(object)}.`)];
  const values = [...checkObjectValues(object, pointer), ...checkPlaceholders(object, pointer)];
  if (values.length > 0) return values;
  const { apiVersion, kind } = object;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string')
    return [invalid('missing_field', pointer, 'A Kubernetes object needs apiVersion and kind.')];
  const findings = checkKind(apiVersion, kind, pointer);
  if (findings.length > 0) return findings;
  if (!isRecord(object['metadata'])) return [invalid('missing_field', at(pointer, 'metadata'), 'A Kubernetes object needs metadata.')];
  return checkStrings({ ...object, apiVersion, kind }, pointer);
}
