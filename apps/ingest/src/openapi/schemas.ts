import { z } from 'zod';
import { sentFor } from '../requests/sent-as';

export type Json = Readonly<Record<string, unknown>>;
type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>;

/**
 * Requests and responses as JSON Schema; a schema with a name (`meta({ id })`) is a component, and others refer to it.
 */
export class Schemas {
  private readonly found = new Map<string, Json>();

  /** The named schemas so far, by name. */
  get named(): Json {
    return Object.fromEntries([...this.found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The schema of a response; clients ignore fields that a later version adds. */
  answer(schema: z.ZodType): Json {
    return this.convert(schema, 'output', ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    });
  }

  /** The schema of a request. */
  request(schema: z.ZodType): Json {
    return this.convert(schema, 'input', ({ zodSchema, jsonSchema }) => {
      const sent = sentFor(zodSchema);
      if (sent) return void Object.assign(emptied(jsonSchema), this.request(sent));
      // Zod omits a default whose value does not have the format of the request.
      const { def } = zodSchema._zod;
      if (def.type === 'default') jsonSchema.default ??= (def as z.core.$ZodDefaultDef).defaultValue as typeof jsonSchema.default;
    });
  }

  private convert(schema: z.ZodType, io: 'input' | 'output', override: Override): Json {
    // In an object, because the outermost schema may have a name, too.
    const whole = z.toJSONSchema(z.object({ value: schema }), { io, override });
    const { properties, $defs = {} } = JSON.parse(JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/')) as {
      readonly properties: { readonly value: Json };
      readonly $defs?: Readonly<Record<string, Json>>;
    };
    for (const [name, { id: _id, ...definition }] of Object.entries($defs)) this.found.set(name, definition);
    return properties.value;
  }
}

function emptied<T extends object>(schema: T): T {
  for (const key of Object.keys(schema) as (keyof T)[]) delete schema[key];
  return schema;
}
