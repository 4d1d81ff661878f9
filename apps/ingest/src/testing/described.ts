import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { LEVEL } from '@alloy/release';
import addFormats from 'ajv-formats';
import { openApiDocument } from '../openapi/document';
import type { Answer } from './answer';

type Schema = Readonly<Record<string, unknown>>;
interface Described {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Described>> }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Schemas of answers, each compiled once. */
const compiled = new Map<Schema, ValidateFunction>();
const { paths, components } = openApiDocument() as unknown as Document;
const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
ajv.addKeyword(LEVEL);
ajv.addVocabulary(['components']);
addFormats(ajv);

/**
 * Refusals that any request may get, whatever it asks for: those of the HTTP parser and the router, and a fault of
 * Alloy's own.
 */
const EVERYWHERE: ReadonlySet<number> = new Set([408, 414, 417, 431, 500]);

/** Throws unless the description of the API covers this response, with all its fields. */
export function checkDescribed(method: string, url: string, { status, type, text }: Answer): void {
  const where = `${method} ${new URL(url).pathname} ${status}`;
  const methods = methodsOf(new URL(url).pathname);
  const responses = methods
    .map((described) => described[method === 'HEAD' ? 'get' : method.toLowerCase()]?.responses)
    .find((found) => found !== undefined);
  if (methods.length > 0 && !responses && !EVERYWHERE.has(status) && status !== (method === 'OPTIONS' ? 204 : 405))
    throw new Error(`${where}: this method is not described, so it is 405`);
  if (responses && status >= 400 && !EVERYWHERE.has(status) && !responses[status])
    throw new Error(`${where}: this status is not described`);
  if (method === 'HEAD' || text === '') return;
  const mediaType = type?.split(';')[0] ?? '';
  if (mediaType === 'application/problem+json') return validate(where, components.schemas['Problem']!, JSON.parse(text));
  const described = responses?.[status]?.content?.[mediaType];
  if (!described) throw new Error(`${where}: an answer as ${mediaType} is not described`);
  if (!described.schema) return;
  for (const value of mediaType === 'application/x-ndjson' ? text.trimEnd().split('\n') : [text])
    validate(where, described.schema, JSON.parse(value));
}

/** The described methods of the paths that match this one. */
function methodsOf(path: string): readonly Document['paths'][string][] {
  return Object.keys(paths)
    .filter((pattern) => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(decoded(path)))
    .map((pattern) => paths[pattern]!);
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function validate(where: string, schema: Schema, value: unknown): void {
  const check = compiled.get(schema) ?? ajv.compile(closed({ ...schema, components }));
  compiled.set(schema, check);
  if (!check(value)) throw new Error(`${where}: not as it is described: ${ajv.errorsText(check.errors)}`);
}

/** Refuses undescribed properties. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return ('properties' in schema && !('additionalProperties' in schema) ? { ...inner, additionalProperties: false } : inner) as T;
}
