import type { PlaygroundObject } from '../objects';
import { apiVersionOf, type ResourceType } from '../resources';
import { toStored } from './event-alias';
import { warn, type Exchange } from './exchange';
import { isObject, type JsonObject } from './json';
import { schemaOf } from './schema/schema';
import { badRequest } from './status';
import { keyedPath, undecodablePatch, unfitPatch } from './apply/unfit-patch';
import { decode, ILLEGAL_BASE64 } from './validation/decode';
import { QUANTITY_ERRORS } from './validation/quantity';
import type { WriteOptions } from './write-options';

/**
 * Decodes a body as a stored object of the type; 400 if it is invalid, and for unknown fields with strict validation.
 */
export function decodeObject(
  { response }: Pick<Exchange, 'response'>,
  type: ResourceType,
  body: unknown,
  { fieldValidation }: Pick<WriteOptions, 'fieldValidation'>,
): PlaygroundObject {
  const given = requireKind(type, body);
  const { value, unknownFields, typeErrors } = decode(given, schemaOf(apiVersionOf(type), type.kind));
  if (typeErrors[0] !== undefined)
    throw badRequest(`${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${typeErrors[0]}`);
  const complaints = unknownFields.map((field) => `unknown field "${field}"`);
  if (complaints.length > 0 && fieldValidation === 'Strict')
    throw badRequest(
      `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: strict decoding error: ${complaints.join(', ')}`,
    );
  if (fieldValidation === 'Warn') for (const complaint of complaints) warn(response, complaint);
  return asStored(type, value);
}

/**
 * Decodes an apply patch, keeping empty lists and maps; 400 if it is invalid, 500 if it does not match its kind, like
 * the real server.
 */
export function decodePatch(type: ResourceType, body: unknown): PlaygroundObject {
  const patch = asStored(type, requireKind(type, body));
  const schema = schemaOf(apiVersionOf(type), type.kind);
  const { value, unknownFields, typeErrors } = decode(body, schema, { keepEmpty: true });
  const undecodable = typeErrors.find((error) => undecodableReason(error) !== undefined);
  const unfit =
    typeErrors
      .find((error) => undecodableReason(error) === undefined)
      ?.replace(
        /^json: cannot unmarshal .* field (\S+) of type (\S+)$/,
        (_, path: string, expected: string) => `${keyedPath(body, schema, path)}: expected ${expected}`,
      ) ??
    (unknownFields[0] === undefined ? undefined : `${keyedPath(body, schema, unknownFields[0])}: field not declared in schema`);
  if (unfit !== undefined) throw unfitPatch(patch, unfit);
  if (undecodable !== undefined) throw undecodablePatch(patch, undecodableReason(undecodable)!);
  return asStored(type, value);
}

/** The real server's words for a text of the right type that it can't decode; undefined: the error is another one. */
function undecodableReason(error: string): string | undefined {
  if (error.endsWith(ILLEGAL_BASE64)) return `error decoding from json: ${ILLEGAL_BASE64} at input byte 0`;
  return QUANTITY_ERRORS.find((quantity) => quantity === error);
}

/** The result of an apply as Go stores it: without empty lists and maps. */
export function withoutEmpty(object: PlaygroundObject): PlaygroundObject {
  const { managedFields } = object.metadata;
  const { metadata, ...rest } = decode(object, schemaOf(object.apiVersion, object.kind)).value as PlaygroundObject;
  return { ...rest, metadata: { ...metadata, managedFields } };
}

function requireKind(type: ResourceType, body: unknown): JsonObject {
  const apiVersion = apiVersionOf(type);
  if (!isObject(body)) throw badRequest('the object provided is unrecognized (must be of type Object)');
  if ((body['kind'] ?? '') === '') throw badRequest(`Object 'Kind' is missing in '${Object.keys(body).join(', ')}'`);
  if (body['apiVersion'] !== apiVersion)
    throw badRequest(`the API version in the data (${String(body['apiVersion'])}) does not match the expected API version (${apiVersion})`);
  if (body['kind'] !== type.kind)
    throw badRequest(`the kind in the data (${String(body['kind'])}) does not match the expected kind (${type.kind})`);
  return body;
}

function asStored(type: ResourceType, value: unknown): PlaygroundObject {
  const object = value as PlaygroundObject;
  return toStored(type, { ...object, metadata: object.metadata ?? { name: '' } });
}
