import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';

/** A JSON Schema in the document. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

const SEED = 8;
const STRINGS = 3;
/** Values of each type that a schema may refuse. */
const odd: readonly unknown[] = [
  ' ', '!', 'a b', '-a', 'a-', 'A', 'é', '\u0007', 'no-such-value', '*', '**', '0', '1.5',
  'x'.repeat(64),
  'x'.repeat(300),
  null,
  1.5,
  -1,
  0,
  true,
  [],
  {},
];

/**
 * Values that schemas allow and refuse. If JSON Schema is less strict than the server, a schema's `examples` represent
 * the allowed values.
 */
export class Values {
  private readonly ajv = addFormats.default(new Ajv2020({ strict: false }));
  private readonly compiled = new Map<Schema, ValidateFunction>();

  constructor(private readonly components: Readonly<Record<string, Schema>>) {}

  resolve(schema: Schema): Schema {
    return schema.$ref === undefined ? schema : this.resolve(this.components[schema.$ref.replace('#/components/schemas/', '')]!);
  }

  allows(schema: Schema, value: unknown): boolean {
    const check = this.compiled.get(schema) ?? this.ajv.compile({ ...schema, components: { schemas: this.components } });
    this.compiled.set(schema, check);
    return check(value);
  }

  /** A minimal allowed value. */
  sample(schema: Schema): unknown {
    return this.allowed(schema)[0];
  }

  /** Some allowed values: of each alternative, at the limits, by the pattern. */
  allowed(unresolved: Schema): readonly unknown[] {
    const schema = this.resolve(unresolved);
    if (schema.examples) return schema.examples;
    return this.candidates(schema).filter((value) => this.allows(schema, value));
  }

  /** Some refused values, each for one reason. */
  refused(unresolved: Schema): readonly unknown[] {
    const schema = this.resolve(unresolved);
    const some = this.sample(schema);
    const repeated = schema.maxItems === undefined ? [] : [Array<unknown>(schema.maxItems + 1).fill(this.sample(schema.items!))];
    const keys =
      typeof some === 'object' && some !== null && !Array.isArray(some)
        ? [{ ...some, noSuchKey: 1 }, ...(schema.required ?? []).map((key) => ({ ...some, [key]: undefined }))]
        : [];
    const strings = (schema.maxLength === undefined ? [] : ['x'.repeat(schema.maxLength + 1)]).concat(
      schema.minLength === undefined && schema.pattern === undefined ? [] : [''],
    );
    const numbers = [schema.minimum, schema.maximum, schema.exclusiveMinimum].flatMap((limit) =>
      limit === undefined ? [] : [limit - 1, limit, limit + 1],
    );
    const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((alternative) => this.refused(alternative));
    return [...odd, ...repeated, ...keys, ...strings, ...numbers, ...inner].filter(
      (value) => !this.allows(schema, JSON.parse(JSON.stringify(value))),
    );
  }

  private candidates(schema: Schema): readonly unknown[] {
    if ('const' in schema) return [schema.const];
    if (schema.enum) return schema.enum;
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives) return alternatives.flatMap((alternative) => this.allowed(alternative));
    switch (schema.type) {
      case 'string': return this.strings(schema);
      case 'integer': case 'number': return [schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1, schema.maximum ?? 100];
      case 'boolean': return [true, false];
      case 'null': return [null];
      case 'array': return [Array<unknown>(schema.minItems ?? 0).fill(schema.minItems ? this.sample(schema.items!) : undefined)];
      default: return [Object.fromEntries((schema.required ?? []).map((key) => [key, this.sample(schema.properties![key]!)]))];
    }
  }

  private strings({ pattern, minLength = 0, maxLength }: Schema): readonly string[] {
    if (pattern === undefined) return ['x'.repeat(Math.max(minLength, 1)), 'x'.repeat(maxLength ?? 20)];
    return fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), { seed: SEED, numRuns: STRINGS }).map((text) => text.slice(0, maxLength));
  }
}
