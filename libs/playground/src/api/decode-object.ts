import type { PlaygroundObject } from '../objects';
import { apiVersionOf, type ResourceType } from '../resources';
import { toStored } from './event-alias';
import { warn, type Exchange } from './exchange';
import { isObject } from './json';
import { schemaOf } from './schema/schema';
import { badRequest } from './status';
import { decode } from './validation/decode';
import type { WriteOptions } from './write-options';

/** A body as an object of the type, as stored; 400 when it is none, and for unknown fields when they are validated strictly. */
export function decodeObject({ response }: Pick<Exchange, 'response'>, type: ResourceType, body: unknown, { fieldValidation }: Pick<WriteOptions, 'fieldValidation'>): PlaygroundObject {
  if (!isObject(body)) throw badRequest('the object provided is unrecognized (must be of type Object)');
  const apiVersion = apiVersionOf(type);
  if ((body['kind'] ?? '') === '') throw badRequest(`Object 'Kind' is missing in '${Object.keys(body).join(', ')}'`);
  if (body['apiVersion'] !== apiVersion) throw badRequest(`the API version in the data (${String(body['apiVersion'])}) does not match the expected API version (${apiVersion})`);
  if (body['kind'] !== type.kind) throw badRequest(`the kind in the data (${String(body['kind'])}) does not match the expected kind (${type.kind})`);
  const { value, unknownFields, typeErrors } = decode(body, schemaOf(apiVersion, type.kind));
  if (typeErrors[0] !== undefined) throw badRequest(`${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${typeErrors[0]}`);
  const complaints = unknownFields.map((field) => `unknown field "${field}"`);
  if (complaints.length > 0 && fieldValidation === 'Strict') throw badRequest(`${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: strict decoding error: ${complaints.join(', ')}`);
  if (fieldValidation === 'Warn') for (const complaint of complaints) warn(response, complaint);
  const object = value as PlaygroundObject;
  return toStored(type, { ...object, metadata: object.metadata ?? { name: '' } });
}
