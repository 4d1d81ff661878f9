import type { PlaygroundObject } from '../../objects';
import { ApiError } from '../status';

/** `shop/keys; /v1, Kind=Secret` */
function describe({ apiVersion, kind, metadata }: PlaygroundObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}; ${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}

/** The real server's answer to an apply patch that does not match its schema: an internal error without a reason. */
export const unfitPatch = (patch: PlaygroundObject, why: string): ApiError =>
  new ApiError(500, '', `failed to create typed patch object (${describe(patch)}): ${why}`);

/** The answer to a patch that matches the schema and cannot be decoded, such as invalid base64. */
export function undecodablePatch(patch: PlaygroundObject, why: string): ApiError {
  const version = patch.apiVersion.includes('/') ? patch.apiVersion : `/${patch.apiVersion}`;
  return new ApiError(
    500,
    '',
    `failed to convert new object (${describe(patch)}) to proper version: unable to convert unstructured object to ${version}, Kind=${patch.kind}: error decoding from json: ${why}`,
  );
}
