import { isObject } from '../json';
import json from './definitions.json';
import routes from './route-definitions.json';

/** The part of OpenAPI v3 that Kubernetes' own schemas use. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'map' | 'set';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
}

const prefix = '#/components/schemas/';

/** All definitions by the name that API servers publish, `io.k8s.api.apps.v1.Deployment`. */
export const definitions = { ...json, ...routes } as unknown as Readonly<Record<string, Schema>>;

const packages: Readonly<Record<string, string>> = {
  'gateway.networking.k8s.io/v1': 'io.k8s.networking.gateway.v1',
  v1: 'io.k8s.api.core.v1',
  'apps/v1': 'io.k8s.api.apps.v1',
  'batch/v1': 'io.k8s.api.batch.v1',
  'networking.k8s.io/v1': 'io.k8s.api.networking.v1',
  'autoscaling/v1': 'io.k8s.api.autoscaling.v1',
  'autoscaling/v2': 'io.k8s.api.autoscaling.v2',
  'policy/v1': 'io.k8s.api.policy.v1',
  'discovery.k8s.io/v1': 'io.k8s.api.discovery.v1',
  'events.k8s.io/v1': 'io.k8s.api.events.v1',
  'authorization.k8s.io/v1': 'io.k8s.api.authorization.v1',
};

/** Name of a kind's definition; throws for a kind that has none, since all that are served have one. */
export function definitionName(apiVersion: string, kind: string): string {
  const name = `${packages[apiVersion] ?? apiVersion}.${kind}`;
  if (!definitions[name]) throw new Error(`no schema for ${apiVersion} ${kind}`);
  return name;
}

export const schemaOf = (apiVersion: string, kind: string): Schema => ({ $ref: prefix + definitionName(apiVersion, kind) });

export const referredName = (schema: Schema): string | undefined => schema.$ref?.slice(prefix.length);

/** The schema itself, its reference followed; what stands beside the reference wins. */
export function resolve(schema: Schema | undefined): Schema {
  const name = schema && referredName(schema);
  return name === undefined ? (schema ?? {}) : { ...definitions[name], ...schema };
}

/** Schema of a key of an object; `undefined` when the schema does not know it. */
export const propertyOf = (schema: Schema, key: string): Schema | undefined =>
  Object.hasOwn(schema.properties ?? {}, key) ? schema.properties?.[key] : schema.additionalProperties;

export const isAtomicMap = (schema: Schema): boolean =>
  schema['x-kubernetes-map-type'] === 'atomic' || (schema.properties === undefined && schema.additionalProperties === undefined);

export const listKind = (schema: Schema): 'atomic' | 'map' | 'set' => schema['x-kubernetes-list-type'] ?? 'atomic';

/** The keys of a list's item with the schema's defaults where the item leaves one out (a port's protocol). */
export function listKeys(schema: Schema, item: unknown): Record<string, unknown> {
  const properties = resolve(schema.items).properties;
  const entries = (schema['x-kubernetes-list-map-keys'] ?? []).map((key): [string, unknown] => [
    key,
    (isObject(item) ? item[key] : undefined) ?? properties?.[key]?.default,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)));
}
