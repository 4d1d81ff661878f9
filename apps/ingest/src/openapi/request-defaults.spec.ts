import type { z } from 'zod';
import { operations } from './operations';

type Def = z.core.$ZodTypeDef & {
  readonly shape?: Readonly<Record<string, z.ZodType>>; readonly innerType?: z.ZodType; readonly defaultValue?: unknown;
};

/** The defaults of a request, without those of a policy, which has a test of its own. */
function defaultsOf(schema: z.ZodType, path: string): readonly string[] {
  const { shape = {}, innerType, defaultValue } = schema._zod.def as Def;
  if (path.endsWith('/policy')) return [];
  return [
    ...(defaultValue === undefined || defaultValue === null ? [] : [`${path}: ${JSON.stringify(defaultValue)}`]),
    ...Object.entries(shape).flatMap(([key, member]) => defaultsOf(member, `${path}/${key}`)),
    ...(innerType ? defaultsOf(innerType, path) : []),
  ];
}

it('has no default of a request that grants more than the scope of the route (P33)', () => {
  const found = Object.values(operations).flatMap(({ needs, params, query, body }) =>
    [params, query, body].flatMap((schema) => (schema ? defaultsOf(schema, '').map((text) => `${needs} ${text}`) : [])),
  );
  expect([...new Set(found)].sort()).toEqual([
    'admin /adopted: false', 'admin /dryRun: false', 'admin /environment: "production"', 'admin /force: false',
    'admin /limit: 100', 'admin /name: ""', 'admin /swap: true',
    'deploy /environment: "production"', 'deploy /strategy: "auto"',
    'operate /environment: "production"', 'operate /full: false',
    'read /environment: "production"', 'read /limit: 100', 'read /limit: 50', 'read /limit: 500', 'read /raw: false',
  ]);
});
