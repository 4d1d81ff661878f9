import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredEvent } from '@alloy/contracts';
import { projectUpcasters } from '@alloy/policy';
import { releaseUpcasters } from '@alloy/release';
import { payloadShapes, type Shape } from './payload-shapes';
import { breaksOf } from './shape-changes';

/**
 * The shape of each payload at each schema version ever written, by `Type@schema`. Entries are never removed: logs are
 * kept for ever.
 */
const FILE = join(__dirname, 'payload-shapes.json');
const HISTORIES = join(__dirname, 'histories');

const committed: Readonly<Record<string, Shape>> = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
const current = payloadShapes();
const upcasters = { ...releaseUpcasters, ...projectUpcasters };
const keyOf = (type: string): string => `${type}@${upcasters[type]!.current}`;

// ALLOY_RECORD_SHAPES=1 records new types, new schema versions and compatible changes; an incompatible change fails all
// the same.
if (process.env['ALLOY_RECORD_SHAPES']) {
  const noted = { ...committed };
  for (const [type, shape] of Object.entries(current))
    if (breaksOf(committed[keyOf(type)] ?? [], committed[keyOf(type)] ? shape : []).length === 0) noted[keyOf(type)] = shape;
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(Object.entries(noted).sort(([a], [b]) => (a < b ? -1 : 1))), null, 1)}\n`);
}
const known: Readonly<Record<string, Shape>> = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};

describe('the payloads of the events of releases and projects', () => {
  it('change their shape incompatibly only with a new schema version, an upcaster and a golden history', () => {
    const broken = Object.entries(current).map(
      ([type, shape]) => [keyOf(type), breaksOf(known[keyOf(type)] ?? [], known[keyOf(type)] ? shape : [])] as const,
    );
    expect(Object.fromEntries(broken.filter(([, breaks]) => breaks.length > 0))).toEqual({});
  });

  it('have each of their shapes recorded (ALLOY_RECORD_SHAPES=1 records them)', () => {
    expect(known).toMatchObject(Object.fromEntries(Object.entries(current).map(([type, shape]) => [keyOf(type), shape])));
  });

  it('can be read in each type and schema version that was ever written', () => {
    for (const key of Object.keys(known)) {
      const [type = '', schema] = key.split('@');
      const upcaster = upcasters[type];
      expect({ key, isKnown: upcaster !== undefined }).toEqual({ key, isKnown: true });
      for (let from = Number(schema); from < upcaster!.current; from += 1)
        expect({ key, from, upcaster: typeof upcaster!.from?.[from] }).toEqual({ key, from, upcaster: 'function' });
    }
  });

  it('have a golden history for each schema version that is no longer written', () => {
    const written = new Set(
      readdirSync(HISTORIES)
        .flatMap((file) => readFileSync(join(HISTORIES, file), 'utf8').split('\n').filter(Boolean))
        .map((line) => JSON.parse(line) as StoredEvent)
        .map(({ type, schema }) => `${type}@${schema}`),
    );
    const old = Object.keys(known).filter((key) => Number(key.split('@')[1]) < upcasters[key.split('@')[0]!]!.current);
    expect(old.filter((key) => !written.has(key))).toEqual([]);
  });
});

describe('a change of a payload', () => {
  const before = ['a: string', 'b?: number', 'c: "x"', 'steps[]<kind=one>.n: number', 'd: null', 'd: string'];
  it.each<[string, Shape, number]>([
    ['a new optional field is compatible', [...before, 'e?: string', 'e?.f: number'], 0],
    ['a further value is compatible', [...before, 'c: "y"'], 0],
    ['a further variant is compatible', [...before, 'steps[]<kind=two>.m: string'], 0],
    ['a field that becomes optional is compatible', ['a?: string', ...before.slice(1)], 0],
    ['a new required field is incompatible', [...before, 'e: string'], 1],
    ['a removed field is incompatible', before.slice(1), 1],
    ['a changed type is incompatible', ['a: number', ...before.slice(1)], 1],
    ['a field that becomes required is incompatible', ['a: string', 'b: number', ...before.slice(2)], 1],
    ['a removed value is incompatible', before.slice(0, -2).concat('d: string'), 1],
    ['a new field of a known variant is incompatible', [...before, 'steps[]<kind=one>.m: string'], 1],
  ])('%s', (_, after, breaks) => expect(breaksOf(before, after)).toHaveLength(breaks));
});
