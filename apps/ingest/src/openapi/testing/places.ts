import type { Schema, Values } from './values';

/** A position in a body, with a function that returns the body with a value there. */
export interface Place {
  /** JSON pointer. */
  readonly pointer: string;
  readonly schema: Schema;
  readonly put: (value: unknown) => unknown;
}

/**
 * All positions that a schema describes: members, items and those of alternatives; with the minimal valid body around
 * each.
 */
export function placesOf(values: Values, unresolved: Schema, pointer = '', put: Place['put'] = (value) => value): readonly Place[] {
  const schema = values.resolve(unresolved);
  const alternatives = (schema.anyOf ?? schema.oneOf ?? []).flatMap((alternative) =>
    placesOf(values, alternative, pointer, put).filter((place) => place.pointer !== pointer),
  );
  const base = schema.type === 'object' ? (values.sample(schema) as object) : {};
  const members = Object.entries(schema.properties ?? {}).flatMap(([key, member]) =>
    placesOf(values, member, `${pointer}/${key}`, (value) => put({ ...base, [key]: value })),
  );
  const items = schema.items ? placesOf(values, schema.items, `${pointer}/0`, (value) => put([value])) : [];
  return [{ pointer, schema, put }, ...alternatives, ...members, ...items];
}
