import type { KubeObject } from '@alloy/contracts';
import { applyBody } from '../../kubernetes/apply-body';
import type { Fields } from '../../managed-fields';
import { versionOf } from '../../write';

interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}
type Members = Readonly<Record<string, unknown>>;

/**
 * A JSON patch with the content that the live object has after its fields were adopted and the object was applied. A
 * dry run of the apply alone would keep the fields that adoption lets it remove. `owned`: the fields of Alloy after the
 * adoption. Exact to the second level, such as `spec.template` and `data.key`: below it, fields of other managers are
 * not kept. Pure.
 */
export function previewPatch(object: KubeObject, live: KubeObject, owned: Fields): readonly Operation[] {
  const { apiVersion: _version, kind: _kind, metadata, status: _asked, ...content } = applyBody(object);
  const { apiVersion: _liveVersion, kind: _liveKind, metadata: liveMetadata, status: _status, ...liveContent } = live;
  return [
    { op: 'replace', path: '/metadata/resourceVersion', value: versionOf(live) },
    ...changes('/metadata', pick(liveMetadata), pick(metadata), owned['f:metadata'] ?? {}),
    ...changes('', liveContent, content, owned),
  ];
}

const pick = ({ labels, annotations }: KubeObject['metadata']): Members => ({ labels, annotations });

function changes(parent: string, live: Members, asked: Members, owned: Fields): readonly Operation[] {
  return [...new Set([...Object.keys(live), ...Object.keys(asked)])].flatMap((key): readonly Operation[] => {
    const path = `${parent}/${key}`;
    const value = merged(live[key], asked[key], owned[`f:${key}`]);
    if (value !== undefined) return [{ op: 'add', path, value }];
    return live[key] === undefined ? [] : [{ op: 'remove', path }];
  });
}

/** The value after the apply; undefined: the field is removed. */
function merged(live: unknown, asked: unknown, owned: Fields | undefined): unknown {
  if (asked === undefined && !isMap(live)) return owned ? undefined : live;
  if (!isMap(live) || !(asked === undefined || isMap(asked))) return asked;
  const kept = Object.entries(live).filter(([key]) => owned?.[`f:${key}`] === undefined);
  const entries = [...kept, ...Object.entries(asked ?? {})];
  return entries.length > 0 || asked !== undefined ? Object.fromEntries(entries) : undefined;
}

const isMap = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
