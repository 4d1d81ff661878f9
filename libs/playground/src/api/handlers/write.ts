import type { PlaygroundObject } from '../../objects';
import { apiVersionOf } from '../../resources';
import { serverSideApply } from '../apply/server-side-apply';
import { decodeObject, decodePatch, withoutEmpty } from '../decode-object';
import { fromStored, storeKey } from '../event-alias';
import { mediaType, parseBody, readBody, sendJson, type Exchange } from '../exchange';
import { isObject, type JsonObject } from '../json';
import { jsonPatch } from '../patch/json-patch';
import { mergePatch } from '../patch/merge-patch';
import { strategicMerge } from '../patch/strategic-merge';
import { represent } from '../representation';
import { schemaOf } from '../schema/schema';
import { ApiError, badRequest, invalid, notFound } from '../status';
import type { Target } from '../target';
import { writeOptions, type WriteOptions } from '../write-options';
import { commitChange, commitNew, trackingFor, writerOf } from './commit-object';
import { findObject } from './read';

/** POST on a collection. */
export async function createObject(exchange: Exchange, target: Target): Promise<void> {
  const options = writeOptions(exchange);
  const body = parseBody(await readBody(exchange.request), mediaType(exchange.request));
  const object = commitNew(exchange, target, decodeObject(exchange, target.type, body, options), options, 'update');
  sendJson(exchange.response, 201, represent(exchange, target.type, object));
}

/** PUT on an object or its `/status`. */
export async function replaceObject(exchange: Exchange, target: Target): Promise<void> {
  const options = writeOptions(exchange);
  const body = parseBody(await readBody(exchange.request), mediaType(exchange.request));
  const given = decodeObject(exchange, target.type, body, options);
  if (given.metadata.name !== target.name)
    throw badRequest(`the name of the object (${given.metadata.name ?? ''}) does not match the name on the URL (${target.name ?? ''})`);
  const object = commitChange(exchange, target, findObject(exchange, target), given, options, 'update');
  sendJson(exchange.response, 200, represent(exchange, target.type, object));
}

/** PATCH of any of the four types; an apply patch creates a missing object. */
export async function patchObject(exchange: Exchange, target: Target): Promise<void> {
  const options = writeOptions(exchange);
  const kind = mediaType(exchange.request);
  const patch = parseBody(await readBody(exchange.request), kind);
  if (kind === 'application/apply-patch+yaml') return applyObject(exchange, target, patch, options);
  const live = findObject(exchange, target);
  const patched = patchWith(kind, fromStored(target.type, live) as unknown as JsonObject, patch, target);
  const given = decodeObject(exchange, target.type, patched, options);
  sendJson(exchange.response, 200, represent(exchange, target.type, commitChange(exchange, target, live, given, options, 'update')));
}

/** Applies a patch of the given media type to a document; 415 for an unknown type. */
export function patchWith(
  kind: string, document: JsonObject, patch: unknown,
  { type }: Target,
  schema = schemaOf(apiVersionOf(type), type.kind),
): unknown {
  switch (kind) {
    case 'application/json-patch+json':
      return jsonPatch(document, patch);
    case 'application/merge-patch+json':
      return mergePatch(document, requireObject(patch));
    case 'application/strategic-merge-patch+json':
      return strategicMerge(document, requireObject(patch), schema);
    default:
      throw new ApiError(
        415,
        'UnsupportedMediaType',
        `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml`,
      );
  }
}

function requireObject(patch: unknown): JsonObject {
  if (!isObject(patch)) throw badRequest('error decoding patch: the patch must be an object');
  return patch;
}

function applyObject(exchange: Exchange, target: Target, patch: unknown, options: WriteOptions): void {
  const { type, name = '', namespace } = target;
  requireApplicable(options, patch);
  const applied = decodePatch(type, patch);
  if (applied.metadata.name && applied.metadata.name !== name)
    throw badRequest(`the name of the object (${applied.metadata.name}) does not match the name on the URL (${name})`);
  const live = exchange.store.get({ resource: storeKey(type), namespace, name });
  const subresource = target.subresource === 'status' ? 'status' : undefined;
  if (!live && (subresource || applied.metadata.uid)) throw notFound(type, name);
  const complete: PlaygroundObject = { ...applied, metadata: { ...applied.metadata, name, ...(type.namespaced ? { namespace } : {}) } };
  const next = withoutEmpty(
    serverSideApply(live, complete, writerOf(type, options, 'Apply', subresource), options.force, trackingFor(exchange, type)),
  );
  const object = live
    ? commitChange(exchange, target, live, withVersion(next, applied), options, 'apply')
    : commitNew(exchange, target, next, options, 'apply');
  sendJson(exchange.response, live ? 200 : 201, represent(exchange, type, object));
}

// The merge contains the live version; only a version sent by the client is a precondition.
const withVersion = (next: PlaygroundObject, { metadata }: PlaygroundObject): PlaygroundObject => ({
  ...next,
  metadata: { ...next.metadata, resourceVersion: metadata.resourceVersion, uid: metadata.uid },
});

function requireApplicable({ managerGiven }: WriteOptions, patch: unknown): void {
  if (!managerGiven) {
    const options = { group: 'meta.k8s.io', kind: 'PatchOptions' } as Parameters<typeof invalid>[0];
    throw invalid(options, '', [
      { reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' },
    ]);
  }
  if (
    isObject(patch) &&
    isObject(patch['metadata']) &&
    patch['metadata']['managedFields'] !== undefined &&
    patch['metadata']['managedFields'] !== null
  )
    throw badRequest('metadata.managedFields must be nil');
}

/** Whether the type has a `/status`. */
export const takesStatus = ({ type }: Target): boolean => type.subresources.includes('status');
