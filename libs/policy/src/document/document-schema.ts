import { LEVEL } from '@alloy/release';
import { z } from 'zod';
import { policyLevels } from '../policy-levels';
import { projectDocumentSchema } from './project-document';

type Json = Record<string, unknown>;

/** Where ingest serves the schema. */
export const PROJECT_SCHEMA_PATH = 'schemas/project.v1.json';

/** The JSON Schema (draft 7, which every editor reads) of a project's document. Every key of a policy has its level. */
export function projectJsonSchema(): Json {
  const schema = z.toJSONSchema(projectDocumentSchema, { io: 'input', target: 'draft-7' }) as Json;
  const environments = inside(schema, 'properties', 'spec', 'properties', 'environments', 'additionalProperties', 'properties');
  for (const [key, level] of Object.entries(policyLevels)) withLevel(environments[key] as Json, level);
  return { ...schema, title: 'Project of Alloy' };
}

const inside = (schema: Json, ...path: readonly string[]): Json => path.reduce((at, key) => at[key] as Json, schema);

/** The keys inside a key of a policy have its level. */
function withLevel(schema: Json, level: string): void {
  for (const member of Object.values((schema['properties'] ?? {}) as Readonly<Record<string, Json>>)) {
    member[LEVEL] = level;
    withLevel(member, level);
  }
  const { items = [], oneOf = [], anyOf = [] } = schema as {
    readonly items?: Json; readonly oneOf?: readonly Json[]; readonly anyOf?: readonly Json[];
  };
  for (const inner of [items, oneOf, anyOf].flat()) withLevel(inner, level);
}
