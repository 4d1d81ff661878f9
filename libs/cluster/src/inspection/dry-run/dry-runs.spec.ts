import type { KubeObject } from '@alloy/contracts';
import { ClusterError, type ClusterErrorCode } from '../../errors';
import type { Cluster } from '../../ports';
import { DryRuns } from './dry-runs';
import type { PlannedWrite } from './planned-writes';

const object = (name: string, more: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, ...more });
const created = (name: string): PlannedWrite => ({ object: object(name), live: null });
const byKubectl = object('a', {
  metadata: {
    name: 'a', namespace: 'shop', resourceVersion: '7',
    managedFields: [{ manager: 'kubectl-create', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:data': {} } }],
  },
});
const changed: PlannedWrite = { object: object('a'), live: byKubectl };
const error = (code: ClusterErrorCode, status = 422): ClusterError => new ClusterError(code, `x: ${code}`, { ref: 'x', status });

type Answers = Partial<Record<'apply' | 'patch', (name: string, nth: number) => unknown>>;

/** A cluster that answers with the errors of `answers`, and records its calls. */
function world({ apply, patch }: Answers = {}, live?: KubeObject) {
  const calls: unknown[][] = [];
  const answer = async (verb: string, name: string, respond: Answers['apply'], ...rest: unknown[]): Promise<never> => {
    calls.push([verb, name, ...rest]);
    const refusal = respond?.(name, calls.filter(([one, other]) => one === verb && other === name).length);
    if (refusal) throw refusal;
    return {} as never;
  };
  const cluster = {
    get: async ({ name }: { name: string }) => (calls.push(['get', name]), live),
    apply: (applied: KubeObject, options: unknown) => answer('apply', applied.metadata.name, apply, options),
    patch: ({ name }: { name: string }, type: string, _body: unknown, manager: string, options: unknown) =>
      answer('patch', name, patch, type, manager, options),
  } as unknown as Cluster;
  const runs = new DryRuns(cluster);
  return { calls, runs, run: (...writes: PlannedWrite[]) => runs.report(writes) };
}

describe('DryRuns', () => {
  it('applies each object with force as Alloy, and reports how many the API server checked', async () => {
    const { calls, run } = world();
    expect(await run(created('a'), created('b'))).toEqual({ report: { checked: 2, refused: [], notChecked: [] }, refusals: [] });
    const options = { manager: 'alloy', force: true, dryRun: true };
    expect(calls).toEqual([['apply', 'a', options], ['apply', 'b', options]]);
  });

  it('returns all refusals in the order of the writes', async () => {
    const { run } = world({ apply: (name) => ({ b: error('admission_denied'), c: error('invalid') })[name] });
    const { report, refusals } = await run(created('a'), created('b'), created('c'));
    expect(report).toEqual({
      checked: 3,
      refused: [
        { kind: 'ConfigMap', name: 'b', cause: 'ConfigMap b: admission_denied' },
        { kind: 'ConfigMap', name: 'c', cause: 'ConfigMap c: invalid' },
      ],
      notChecked: [],
    });
    expect(refusals[0]).toEqual({ code: 'admission_denied', text: 'ConfigMap b: admission_denied' });
  });

  it('refuses nothing if a webhook does not support dry runs', async () => {
    const { run } = world({ apply: (name) => (name === 'a' ? error('dry_run_unsupported', 400) : undefined) });
    expect(await run(created('a'), created('b'))).toEqual({
      report: { checked: 1, refused: [], notChecked: [{ kind: 'ConfigMap', name: 'a', cause: 'ConfigMap a: dry_run_unsupported' }] },
      refusals: [],
    });
  });

  it('tries the content after the adoption of fields, too', async () => {
    const { calls, run } = world();
    await run(changed);
    expect(calls).toEqual([['apply', 'a', expect.anything()], ['patch', 'a', 'json', 'alloy', { dryRun: true }]]);
  });

  it.each<[string, Answers, boolean]>([
    ['the structure of the object', { apply: () => error('invalid', 500) }, true],
    ['more than the fields that the adoption removes (no refusal)', { apply: () => error('invalid') }, false],
    ['the resulting content', { patch: () => error('invalid') }, true],
  ])('reports a refusal of an object whose fields will be adopted, if it concerns %s', async (_what, answers, isRefused) => {
    expect((await world(answers).run(changed)).refusals.length > 0).toBe(isRefused);
  });

  it('reads the object again after a conflict, and tries the write on what it has read', async () => {
    const { calls, run } = world({ patch: (_name, nth) => (nth === 1 ? error('conflict', 409) : undefined) }, byKubectl);
    expect((await run(changed)).refusals).toEqual([]);
    expect(calls.map(([verb]) => verb)).toEqual(['apply', 'patch', 'get', 'apply', 'patch']);
  });

  it('creates an object that was deleted meanwhile', async () => {
    const { calls, run } = world({ patch: () => error('not_found', 404) });
    expect((await run(changed)).refusals).toEqual([]);
    expect(calls.map(([verb]) => verb)).toEqual(['apply', 'patch', 'get', 'apply']);
  });

  it('refuses an object of a kind that the API server does not serve', async () => {
    const { refusals } = await world({ apply: () => error('not_found', 404) }).run(created('a'));
    expect(refusals[0]).toEqual({ code: 'invalid_object', text: 'ConfigMap a: this API server knows no ConfigMap of v1' });
  });

  it('rejects after five conflicts', async () => {
    const { calls, run } = world({ patch: () => error('conflict', 409) }, byKubectl);
    await expect(run(changed)).rejects.toMatchObject({ code: 'conflict' });
    expect(calls.filter(([verb]) => verb === 'patch')).toHaveLength(5);
  });

  it.each<ClusterErrorCode>(['forbidden', 'unreachable', 'server_error', 'too_many_requests', 'unauthorized', 'namespace_missing'])(
    'rejects if the answer is %s, which says nothing about the object', async (code) => {
      await expect(world({ apply: () => error(code) }).run(created('a'))).rejects.toMatchObject({ code });
    },
  );

  it('does not try a write again that was begun before', async () => {
    const { calls, runs, run } = world();
    runs.begin(created('a'));
    expect(calls).toHaveLength(1);
    expect((await run(created('a'), created('b'))).report.checked).toBe(2);
    expect(calls.map(([, name]) => name)).toEqual(['a', 'b']);
  });

  it.each<[string, PlannedWrite]>([
    ['other content', { object: object('a', { data: { key: 'other' } }), live: null }],
    ['another live object', changed],
  ])('tries a write again that turned out to have %s', async (_what, write) => {
    const { calls, runs, run } = world();
    runs.begin(created('a'));
    await run(write);
    expect(calls.filter(([verb]) => verb === 'apply')).toHaveLength(2);
  });

  it('leaves a write that is no part of the release out of the report', async () => {
    const { runs, run } = world({ apply: (name) => (name === 'a' ? error('invalid') : undefined) });
    runs.begin(created('a'));
    expect(await run(created('b'))).toEqual({ report: { checked: 1, refused: [], notChecked: [] }, refusals: [] });
  });

  it('sends at most 16 requests at the same time, and none after its end', async () => {
    const { calls, runs, run } = world();
    const names = Array.from({ length: 20 }, (_, index) => `object-${index}`);
    for (const name of names) runs.begin(created(name));
    expect(calls).toHaveLength(16);
    runs.end();
    await expect(run(created('object-19'))).rejects.toThrow('the inspection has ended');
    expect(calls).toHaveLength(16);
  });

  it('sends no further request after an answer that says nothing about the object', async () => {
    const { calls, run } = world({ apply: (name) => (name === 'object-0' ? error('forbidden', 403) : undefined) });
    await expect(run(...Array.from({ length: 40 }, (_, index) => created(`object-${index}`)))).rejects.toMatchObject({ code: 'forbidden' });
    expect(calls.length).toBeLessThan(40);
  });
});
