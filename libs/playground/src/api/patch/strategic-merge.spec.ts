import fc from 'fast-check';
import type { JsonObject } from '../json';
import { schemaOf } from '../schema/schema';
import { strategicMerge } from './strategic-merge';

const schema = schemaOf('apps/v1', 'Deployment');
const withPod = (spec: unknown): JsonObject => ({ spec: { template: { spec } } });
const merge = (live: unknown, patch: unknown): unknown => {
  const merged = strategicMerge(withPod(live), withPod(patch), schema) as { spec: { template: { spec: unknown } } };
  return merged.spec.template.spec;
};
const env = (...names: string[]): Array<{ name: string; value: string }> => names.map((name) => ({ name, value: name.toLowerCase() }));
const containers = (variables: unknown[], rest: object = {}): unknown => ({
  containers: [{ name: 'web', image: 'a', env: variables, ...rest }],
});

describe('strategicMerge', () => {
  it('merges containers and variables by name', () => {
    expect(
      merge(containers(env('A', 'B')), {
        containers: [
          {
            name: 'web',
            env: [
              { name: 'B', value: '2' },
              { name: 'C', value: '3' },
            ],
          },
        ],
      }),
    ).toEqual(
      containers([
        { name: 'A', value: 'a' },
        { name: 'B', value: '2' },
        { name: 'C', value: '3' },
      ]),
    );
  });

  it('deletes one item, or replaces the list', () => {
    expect(merge(containers(env('A', 'B')), { containers: [{ name: 'web', env: [{ name: 'A', $patch: 'delete' }] }] })).toEqual(
      containers(env('B')),
    );
    expect(
      merge(containers(env('A', 'B')), { containers: [{ name: 'web', env: [{ $patch: 'replace' }, { name: 'C', value: 'c' }] }] }),
    ).toEqual(containers(env('C')));
  });

  it('applies $setElementOrder and keeps the position of live-only items', () => {
    const patch = {
      '$setElementOrder/containers': [{ name: 'web' }],
      containers: [{ name: 'web', '$setElementOrder/env': [{ name: 'C' }, { name: 'A' }], env: [{ name: 'C', value: 'c' }] }],
    };
    expect(merge(containers(env('A', 'B')), patch)).toEqual(containers(env('C', 'A', 'B')));
  });

  it('keeps only the keys in $retainKeys', () => {
    const live = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    expect(strategicMerge(live, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }, schema)).toEqual({
      spec: { strategy: { type: 'Recreate' } },
    });
  });

  it('deletes with null, and replaces lists without a merge key', () => {
    expect(
      merge(containers([], { args: ['a', 'b'], command: ['c'] }), { containers: [{ name: 'web', args: ['z'], command: null }] }),
    ).toEqual(containers([], { args: ['z'] }));
  });

  it('adds to and deletes from lists of plain values that merge', () => {
    const live = { metadata: { finalizers: ['a', 'b'] } };
    expect(strategicMerge(live, { metadata: { finalizers: ['c', 'a'], '$deleteFromPrimitiveList/finalizers': ['b'] } }, schema)).toEqual({
      metadata: { finalizers: ['a', 'c'] },
    });
  });

  it('replaces a whole map with $patch: replace', () => {
    expect(strategicMerge({ metadata: { labels: { a: '1' } } }, { metadata: { labels: { $patch: 'replace', b: '2' } } }, schema)).toEqual({
      metadata: { labels: { b: '2' } },
    });
  });

  it('refuses an item without its merge key', () => {
    expect(() => merge(containers(env('A')), { containers: [{ image: 'b' }] })).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining('does not contain declared merge key: name') as string }),
    );
  });

  const variables = fc.uniqueArray(fc.record({ name: fc.constantFrom('A', 'B', 'C', 'D', 'E'), value: fc.string() }), {
    selector: ({ name }) => name,
  });
  it('sets every requested variable, keeps the others, and is idempotent', () => {
    fc.assert(fc.property(variables, variables, (live, asked) => {
      const once = merge(containers(live), { containers: [{ name: 'web', env: asked }] }) as { containers: [{ env: typeof live }] };
      const { env: result } = once.containers[0];
      for (const each of asked) expect(result).toContainEqual(each);
      for (const each of live) if (!asked.some(({ name }) => name === each.name)) expect(result).toContainEqual(each);
      expect(new Set(result.map(({ name }) => name)).size).toBe(result.length);
      expect(merge(once, { containers: [{ name: 'web', env: asked }] })).toEqual(once);
    }));
  });
});
