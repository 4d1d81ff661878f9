import type { PlaygroundObject } from '../../objects';
import { isObject, stableJson } from '../json';
import { listKeys, listKind, propertyOf, resolve, type Schema } from '../schema/schema';
import { ApiError } from '../status';
import { stepText } from './field-set';

/** `shop/keys; /v1, Kind=Secret` */
function describe({ apiVersion, kind, metadata }: PlaygroundObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}; ${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}

/** The real server's answer to an apply patch that does not match its schema: an internal error without a reason. */
export const unfitPatch = (patch: PlaygroundObject, why: string): ApiError =>
  new ApiError(500, '', `failed to create typed patch object (${describe(patch)}): ${why}`);

/** The answer to a patch that matches the schema and cannot be decoded, such as invalid base64 or a wrong quantity. */
export function undecodablePatch(patch: PlaygroundObject, why: string): ApiError {
  const version = patch.apiVersion.includes('/') ? patch.apiVersion : `/${patch.apiVersion}`;
  return new ApiError(
    500,
    '',
    `failed to convert new object (${describe(patch)}) to proper version: unable to convert unstructured object to ${version}, Kind=${patch.kind}: ${why}`,
  );
}

/**
 * A path of the decoder, `spec.containers[0].foo`, as server-side apply writes it: `.spec.containers[name="web"].foo`.
 */
export function keyedPath(patch: unknown, schema: Schema, path: string): string {
  let here = { value: patch, schema, text: '' };
  for (const step of path.match(/[^.[\]]+/g) ?? []) here = below(here, step);
  return here.text;
}

interface Place {
  readonly value: unknown;
  readonly schema: Schema;
  readonly text: string;
}

function below({ value, schema, text }: Place, step: string): Place {
  const resolved = resolve(schema);
  if (!Array.isArray(value))
    return { value: isObject(value) ? value[step] : undefined, schema: propertyOf(resolved, step) ?? {}, text: `${text}.${step}` };
  const item: unknown = value[Number(step)];
  const key = listKind(resolved) === 'map' ? stepText(`k:${stableJson(listKeys(resolved, item))}`) : `[${step}]`;
  return { value: item, schema: resolved.items ?? {}, text: text + key };
}
