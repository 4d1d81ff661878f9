import { z } from 'zod';
import { sentFor } from '../requests/sent-as';
import { operations } from './operations';

type Def = z.core.$ZodTypeDef & {
  readonly shape?: Readonly<Record<string, z.ZodType>>; readonly catchall?: z.ZodType; readonly options?: readonly z.ZodType[];
  readonly innerType?: z.ZodType; readonly element?: z.ZodType; readonly keyType?: z.ZodType; readonly valueType?: z.ZodType;
  readonly protocol?: RegExp; readonly hostname?: RegExp;
};
type CheckDef = z.core.$ZodCheckDef & { readonly pattern?: RegExp };

/** Checks that JSON Schema can express. */
const EXPRESSIBLE: ReadonlySet<string> = new Set([
  'object', 'string', 'number', 'boolean', 'enum', 'literal', 'array', 'union', 'record', 'optional', 'nullable',
  'default', 'prefault', 'null', 'unknown', 'never',
]);

/** Checks of a schema that are not in the document: transformations, and refinements without a description. */
function lost(schema: z.ZodType, path: string): readonly string[] {
  const sent = sentFor(schema);
  if (sent) return lost(sent, path);
  const def = schema._zod.def as Def;
  const { description, pattern } = (z.globalRegistry.get(schema) ?? {}) as { readonly description?: string; readonly pattern?: string };
  const checks = [...(def.checks ?? [])].map((check) => check._zod.def as CheckDef);
  const faults = [
    ...(EXPRESSIBLE.has(def.type) ? [] : [`is a ${def.type}`]),
    ...(checks.some(({ check }) => check === 'custom') && description === undefined ? ['has a refinement without a description'] : []),
    ...(checks.some((check) => check.check === 'overwrite') ? ['changes its value'] : []),
    ...(checks.some((check) => /[^u]/.test(check.pattern?.flags ?? '')) ? ['has a pattern with flags'] : []),
    ...((def.protocol ?? def.hostname) !== undefined && pattern === undefined ? ['restricts URLs without a pattern'] : []),
  ];
  const inner = [
    ...Object.entries(def.shape ?? {}),
    ...(['catchall', 'innerType', 'element', 'keyType', 'valueType'] as const).map((key) => ['', def[key]] as const),
    ...(def.options ?? []).map((option) => ['', option] as const),
  ];
  return [
    ...faults.map((fault) => `${path} ${fault}`),
    ...inner.flatMap(([key, child]) => (child ? lost(child, key === '' ? path : `${path}/${key}`) : [])),
  ];
}

it.each([
  ['a transformation', z.string().transform(Number)],
  ['a refinement', z.string().refine(() => true)],
  ['a URL of some protocols', z.url({ protocol: /^https$/ })],
  ['a pattern without regard to case', z.string().regex(/a/i)],
  ['trimming', z.string().trim()],
  ['what a list holds', z.array(z.strictObject({ a: z.string().transform(Number).optional() }))],
])('detects that %s is not described', (_, schema) => expect(lost(schema, '')).toHaveLength(1));

it.each(
  Object.entries(operations).flatMap(([name, { params, query, headers, body }]) =>
    Object.entries({ params, query, headers, body }).flatMap(([place, schema]) => (schema ? [[`${name} ${place}`, schema] as const] : [])),
  ),
)('describes every check of %s', (name, schema) => expect(lost(schema, name)).toEqual([]));
