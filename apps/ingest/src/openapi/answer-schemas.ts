import { z } from 'zod';

type Json = Readonly<Record<string, unknown>>;

/** What is answered, as JSON Schema; what has a name (`meta({ id })`) is told once, among the components, and referred to. */
export class AnswerSchemas {
  private readonly found = new Map<string, Json>();

  /** Those met so far, by name. */
  get named(): Json {
    return Object.fromEntries([...this.found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  schemaOf(schema: z.ZodType): Json {
    // In an object, for the outermost schema may have a name, too.
    const whole = z.toJSONSchema(z.object({ answer: schema }), { io: 'output', override: ({ jsonSchema }) => void open(jsonSchema) });
    const { properties, $defs = {} } = JSON.parse(JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/')) as { readonly properties: { readonly answer: Json }; readonly $defs?: Readonly<Record<string, Json>> };
    for (const [name, { id: _id, ...definition }] of Object.entries($defs)) this.found.set(name, definition);
    return properties.answer;
  }
}

/** A client takes no offence at what a later version adds. */
function open(schema: { additionalProperties?: unknown }): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
}
