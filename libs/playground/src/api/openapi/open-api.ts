import { createHash } from 'node:crypto';
import { apiVersionOf, eventsAlias, resourceTypes, type ResourceType } from '../../resources';
import { servedVersions } from '../discovery';
import type { JsonObject } from '../json';
import { definitionName, definitions, referredName, type Schema } from '../schema/schema';

const pathOfVersion = (groupVersion: string): string => (groupVersion === 'v1' ? 'api/v1' : `apis/${groupVersion}`);
const typesOf = (groupVersion: string): ResourceType[] =>
  [...resourceTypes, eventsAlias].filter((type) => apiVersionOf(type) === groupVersion);
const kindOf = ({ group, version, kind }: ResourceType): JsonObject => ({ group, version, kind });

/** `/openapi/v3`: the index of documents; hashes allow clients to cache them for ever. */
export function openApiIndex(): JsonObject {
  const paths = servedVersions().map((version) => {
    const hash = createHash('sha256').update(JSON.stringify(openApiDocument(version))).digest('hex').slice(0, 32).toUpperCase();
    return [pathOfVersion(version), { serverRelativeURL: `/openapi/v3/${pathOfVersion(version)}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(paths) as JsonObject };
}

/** The OpenAPI v3 document at `/openapi/v3/<path>`; `undefined` when no such version is served. */
export function openApiAt(path: string): JsonObject | undefined {
  const version = servedVersions().find((each) => pathOfVersion(each) === path);
  return version === undefined ? undefined : openApiDocument(version);
}

const documents = new Map<string, JsonObject>();
function openApiDocument(groupVersion: string): JsonObject {
  const known = documents.get(groupVersion);
  if (known) return known;
  const types = typesOf(groupVersion);
  const document = {
    openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.37.2' },
    paths: Object.fromEntries(types.map((type) => [resourcePath(groupVersion, type), pathItem(type)])),
    components: { schemas: Object.fromEntries([...reachable(types)].map((name) => [name, withKind(name, types)])) },
  };
  documents.set(groupVersion, document);
  return document;
}

const resourcePath = (groupVersion: string, { namespaced, resource }: ResourceType): string =>
  `/${pathOfVersion(groupVersion)}/${namespaced ? 'namespaces/{namespace}/' : ''}${resource}/{name}`;

// kubectl reads here which kinds it can explain, and whether the server supports field validation and dry runs.
function pathItem(type: ResourceType): JsonObject {
  const gvk = kindOf(type);
  const schema = { $ref: `#/components/schemas/${definitionName(apiVersionOf(type), type.kind)}` };
  const ok = { description: 'OK', content: { 'application/json': { schema } } };
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
    name,
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  }));
  const body = { content: { 'application/json': { schema } } };
  return {
    get: { operationId: `read${type.kind}`, responses: { 200: ok }, 'x-kubernetes-action': 'get', 'x-kubernetes-group-version-kind': gvk },
    put: {
      operationId: `replace${type.kind}`,
      parameters,
      requestBody: body,
      responses: { 200: ok },
      'x-kubernetes-action': 'put',
      'x-kubernetes-group-version-kind': gvk,
    },
    patch: {
      operationId: `patch${type.kind}`,
      parameters,
      responses: { 200: ok },
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': gvk,
    },
    delete: {
      operationId: `delete${type.kind}`,
      parameters,
      responses: { 200: ok },
      'x-kubernetes-action': 'delete',
      'x-kubernetes-group-version-kind': gvk,
    },
  };
}

/** All definitions referenced by the types' schemas, including the types. */
function reachable(types: readonly ResourceType[]): Set<string> {
  const found = new Set<string>();
  const visit = (schema: Schema): void => {
    const name = referredName(schema);
    if (name !== undefined && !found.has(name)) {
      found.add(name);
      visit(definitions[name] ?? {});
    }
    for (const inner of [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties]) if (inner) visit(inner);
  };
  for (const type of types) visit({ $ref: `#/components/schemas/${definitionName(apiVersionOf(type), type.kind)}` });
  return found;
}

/**
 * A definition in v3 format: references with siblings are wrapped in `allOf`, and a kind's definition contains its
 * kind.
 */
function withKind(name: string, types: readonly ResourceType[]): JsonObject {
  const type = types.find((each) => definitionName(apiVersionOf(each), each.kind) === name);
  return { ...published(definitions[name] ?? {}), ...(type ? { 'x-kubernetes-group-version-kind': [kindOf(type)] } : {}) };
}

function published(schema: Schema): JsonObject {
  const { $ref, properties, items, additionalProperties, ...rest } = schema;
  const inner = {
    ...rest,
    ...(properties ? { properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, published(value)])) } : {}),
    ...(items ? { items: published(items) } : {}),
    ...(additionalProperties ? { additionalProperties: published(additionalProperties) } : {}),
  };
  if ($ref === undefined) return inner;
  return Object.keys(inner).length === 0 ? { $ref } : { allOf: [{ $ref }], ...inner };
}

/** `/openapi/v2` as JSON: the same definitions, for clients without v3. */
export function openApiV2(): JsonObject {
  const types = [...resourceTypes, eventsAlias];
  const text = JSON.stringify(Object.fromEntries([...reachable(types)].map((name) => [name, plain(withKind(name, types))])));
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.37.2' },
    paths: {},
    definitions: JSON.parse(text.replaceAll('#/components/schemas/', '#/definitions/')) as JsonObject,
  };
}

// Swagger 2 supports neither allOf beside a description nor oneOf.
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const { allOf, oneOf, ...rest } = value as JsonObject;
  const inner = Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, plain(each)]));
  if (Array.isArray(allOf)) return { ...inner, ...(allOf[0] as JsonObject) };
  return Array.isArray(oneOf) ? { ...inner, type: 'string' } : inner;
}
