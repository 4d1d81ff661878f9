import fc from 'fast-check';
import type { PlaygroundObject } from '../../objects';
import { withoutEmpty } from '../decode-object';
import { schemaOf } from '../schema/schema';
import { fromFieldsV1, pathsOf, toFieldsV1 } from './field-set';
import type { Manager } from './managers';
import { serverSideApply } from './server-side-apply';
import { trackUpdate } from './track-update';

const tracking = { schema: schemaOf('apps/v1', 'Deployment'), hasStatus: true, now: new Date('2026-01-01T00:00:00Z') };
const writer = (manager: string): Manager => ({ manager, operation: 'Apply', apiVersion: 'apps/v1' });
const alloy = writer('alloy');
const other = writer('other');

interface Variable {
  readonly name: string;
  readonly value: string;
}
const deployment = (env: readonly Variable[], labels: Record<string, string> = {}, spec: object = {}): PlaygroundObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels },
  spec: { ...spec, template: { spec: { containers: [{ name: 'web', image: 'a', ...(env.length > 0 ? { env } : {}) }] } } },
});
const apply = (live: PlaygroundObject | undefined, object: PlaygroundObject, by = alloy, force = false): PlaygroundObject =>
  serverSideApply(live, object, by, force, tracking);
const update = (live: PlaygroundObject | undefined, next: PlaygroundObject, manager = 'kubectl'): PlaygroundObject => ({
  ...next,
  metadata: { ...next.metadata, managedFields: trackUpdate(live, next, { manager, operation: 'Update', apiVersion: 'apps/v1' }, tracking) },
});
const envOf = (object: PlaygroundObject): Variable[] =>
  (object.spec as { template: { spec: { containers: [{ env?: Variable[] }] } } }).template.spec.containers[0].env ?? [];
const owned = (object: PlaygroundObject, manager: string): string[] =>
  pathsOf(fromFieldsV1((object.metadata.managedFields ?? []).find((each) => each.manager === manager)?.fieldsV1 ?? {}));
const [A, B] = [{ name: 'A', value: '1' }, { name: 'B', value: '2' }];

describe('serverSideApply', () => {
  it('owns exactly what was applied', () => {
    expect(owned(apply(undefined, deployment([A], { app: 'web' })), 'alloy')).toEqual([
      '.metadata.labels.app',
      '.spec.template.spec.containers[name="web"]',
      '.spec.template.spec.containers[name="web"].env[name="A"]',
      '.spec.template.spec.containers[name="web"].env[name="A"].name',
      '.spec.template.spec.containers[name="web"].env[name="A"].value',
      '.spec.template.spec.containers[name="web"].image',
      '.spec.template.spec.containers[name="web"].name',
    ]);
  });

  it('drops fields that the manager omits, unless another manager owns them', () => {
    const first = apply(undefined, deployment([A, B], { app: 'web', x: 'y' }));
    expect(envOf(apply(first, deployment([A], { app: 'web' })))).toEqual([A]);
    expect(apply(first, deployment([A], { app: 'web' })).metadata.labels).toEqual({ app: 'web' });
    const shared = apply(first, deployment([B]), other);
    expect(envOf(apply(shared, deployment([A])))).toEqual([A, B]);
  });

  it('keeps the name of an object that loses its only annotation', () => {
    const named = { ...deployment([]), metadata: { name: 'web' } };
    const annotated = { ...named, metadata: { name: 'web', annotations: { note: 'a' } } };
    const { annotations, name } = apply(apply(undefined, annotated), named).metadata;
    expect([annotations, name]).toEqual([undefined, 'web']);
  });

  it('drops a struct with the defaults that the server has set in it, unless another manager owns a part of it', () => {
    const probe = { httpGet: { port: 8080 } };
    const withProbe = (readinessProbe?: object): PlaygroundObject => ({
      ...deployment([]),
      spec: { template: { spec: { containers: [{ name: 'web', image: 'a', ...(readinessProbe && { readinessProbe }) }] } } },
    });
    const probeOf = (object: PlaygroundObject): unknown =>
      (object.spec as { template: { spec: { containers: [{ readinessProbe?: unknown }] } } }).template.spec.containers[0].readinessProbe;
    const live = apply(undefined, withProbe(probe));
    const defaulted = { ...withProbe({ ...probe, failureThreshold: 3 }), metadata: live.metadata };
    expect(probeOf(apply(defaulted, withProbe()))).toBeUndefined();
    const shared = apply(defaulted, withProbe({ periodSeconds: 5 }), other);
    expect(probeOf(apply(shared, withProbe()))).toEqual({ failureThreshold: 3, periodSeconds: 5 });
  });

  it('keeps fields of an update, and drops a variable owned by an update only with its owner', () => {
    const made = update(undefined, deployment([A, B]));
    const applied = apply(made, deployment([A]));
    expect(envOf(applied)).toEqual([A, B]);
    const moved = {
      ...made,
      metadata: {
        ...made.metadata,
        managedFields: made.metadata.managedFields?.map((each) => ({ ...each, manager: 'alloy', operation: 'Apply' as const })),
      },
    };
    expect(envOf(apply(moved, deployment([A])))).toEqual([A]);
  });

  it('refuses to change fields of another manager, shares equal values, and takes ownership with force', () => {
    const live = apply(undefined, deployment([A], {}, { replicas: 3 }));
    const change = deployment([], {}, { replicas: 5 });
    expect(() => apply(live, change, other)).toThrow(expect.objectContaining({
      status: 409, message: 'Apply failed with 1 conflict: conflict with "alloy": .spec.replicas',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "alloy"', field: '.spec.replicas' }] },
    }));
    expect(owned(apply(live, deployment([], {}, { replicas: 3 }), other), 'alloy')).toContain('.spec.replicas');
    const forced = apply(live, change, other, true);
    expect(forced.spec).toMatchObject({ replicas: 5 });
    expect(owned(forced, 'alloy')).not.toContain('.spec.replicas');
  });

  it('makes a manager the owner of a map that it applies empty, so that others need force to add a key', () => {
    const live = withoutEmpty(apply(undefined, deployment([A], {})));
    expect(live.metadata.labels).toBeUndefined();
    expect(owned(live, 'alloy')).toContain('.metadata.labels');
    const labelled = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', labels: { x: 'y' } } };
    expect(() => apply(live, labelled, other)).toThrow(
      expect.objectContaining({ status: 409, message: 'Apply failed with 1 conflict: conflict with "alloy": .metadata.labels' }),
    );
    const forced = apply(live, labelled, other, true);
    expect([forced.metadata.labels, owned(forced, 'alloy').includes('.metadata.labels')]).toEqual([{ x: 'y' }, false]);
  });

  it('treats an atomic list and a selector as one value', () => {
    const live = apply(undefined, deployment([], {}, { selector: { matchLabels: { a: 'b', c: 'd' } } }));
    expect(owned(live, 'alloy')).toContain('.spec.selector');
    expect(apply(live, deployment([], {}, { selector: { matchLabels: { a: 'b' } } })).spec).toMatchObject({
      selector: { matchLabels: { a: 'b' } },
    });
    expect(apply(live, deployment([], {}, { selector: { matchLabels: { a: 'b' } } })).spec).not.toHaveProperty('selector.matchLabels.c');
  });

  it('identifies a port by number and protocol, also with the default protocol', () => {
    const withPorts = (...ports: object[]): PlaygroundObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [{ name: 'web', ports }] } } },
    });
    const live = apply(undefined, withPorts({ containerPort: 80, protocol: 'TCP', name: 'old' }));
    expect(apply(live, withPorts({ containerPort: 80, name: 'new' })).spec).toEqual(
      withPorts({ containerPort: 80, protocol: 'TCP', name: 'new' }).spec,
    );
  });

  it('refuses two items of one key', () => {
    expect(() => apply(undefined, deployment([A, A]))).toThrow(
      '.spec.template.spec.containers[name="web"].env: duplicate entries for key [name="A"]',
    );
  });

  it('removes a manager that no longer applies anything', () => {
    const live = apply(undefined, deployment([A], { x: 'y' }));
    const empty = apply(live, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } });
    expect(empty.metadata.managedFields).toBeUndefined();
    expect(empty.metadata.labels).toBeUndefined();
  });
});

describe('trackUpdate', () => {
  it('makes the writer the owner of changed fields, and removes deleted fields from all owners', () => {
    const live = apply(undefined, deployment([A, B], { app: 'web' }));
    const next = update(live, { ...deployment([{ ...A, value: '9' }], { app: 'web' }), metadata: { ...live.metadata } });
    expect(owned(next, 'kubectl')).toEqual(['.spec.template.spec.containers[name="web"].env[name="A"].value']);
    expect(owned(next, 'alloy').filter((path) => path.includes('env[name="B"]') || path.endsWith('env[name="A"].value'))).toEqual([]);
  });

  it('clears managedFields if the writer sends [{}], and allows a writer to move fields to another manager', () => {
    const live = apply(undefined, deployment([A]));
    const sent = (managedFields: unknown): PlaygroundObject =>
      ({ ...live, metadata: { ...live.metadata, managedFields } }) as PlaygroundObject;
    expect(trackUpdate(live, sent([{}]), writer('x'), tracking)).toBeUndefined();
    const moved = sent(live.metadata.managedFields?.map((each) => ({ ...each, manager: 'next' })));
    expect(update(live, moved).metadata.managedFields?.map(({ manager }) => manager)).toEqual(['next']);
  });
});

describe('any sequence of applies', () => {
  const env = fc.uniqueArray(fc.record({ name: fc.constantFrom('A', 'B', 'C', 'D'), value: fc.constantFrom('1', '2') }), {
    selector: ({ name }) => name,
  });
  const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'));
  const step = fc.record({
    by: fc.constantFrom(alloy, other),
    object: fc.tuple(env, labels).map(([variables, marks]) => deployment(variables, marks)),
  });

  it('ends with the last forced apply of each manager, and without unowned fields', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
      const live = steps.reduce<PlaygroundObject | undefined>(
        (object, { by, object: applied }) => apply(object, applied, by, true),
        undefined,
      ) as PlaygroundObject;
      const last = steps.at(-1)!;
      expect(live.metadata.labels ?? {}).toMatchObject(last.object.metadata.labels ?? {});
      for (const variable of envOf(last.object)) expect(envOf(live)).toContainEqual(variable);
      const asked = [alloy, other].flatMap((by) => steps.filter((each) => each.by === by).slice(-1));
      const names = new Set(asked.flatMap(({ object }) => envOf(object).map(({ name }) => name)));
      expect(envOf(live).every(({ name }) => names.has(name))).toBe(true);
    }));
  });

  it('changes nothing if the last apply is repeated', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
      const live = steps.reduce<PlaygroundObject | undefined>(
        (object, { by, object: applied }) => apply(object, applied, by, true),
        undefined,
      ) as PlaygroundObject;
      const last = steps.at(-1)!;
      expect(apply(live, last.object, last.by)).toEqual(live);
    }));
  });

  it('writes field sets that parse to the same sets', () => {
    fc.assert(fc.property(step, ({ object }) => {
      const fields = apply(undefined, object).metadata.managedFields?.[0]?.fieldsV1 ?? {};
      expect(toFieldsV1(fromFieldsV1(fields))).toEqual(fields);
    }));
  });
});
