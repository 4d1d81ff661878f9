import { ClusterError, desiredCluster, nextWrite, writesOf, type Cluster, type Write } from '@alloy/cluster';
import { at, bundleOf, nameHash, second, withStable } from '@alloy/cluster/testing';
import type { KubeObject } from '@alloy/contracts';
import type { ExecutorPorts } from './executor-ports';
import type { Job } from './safe-next-write';
import { writeBatch } from './write-batch';

const state = at(second(3), 0, 2);
const stable = bundleOf('v1');
const extra = Array.from({ length: 5 }, (_, index): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `extra-${index}`, namespace: 'shop' }, data: { a: 'b' } }));
const bundle = { ...bundleOf('v2'), objects: [...bundleOf('v2').objects, ...extra] };
const desired = desiredCluster({ installation: 'alloy', state, bundle, stable, nameHash })!;

type Respond = (name: string, create: () => Promise<KubeObject>) => Promise<KubeObject>;

/** The batch of creations of the first step, on a cluster whose creations are answered by `respond`. */
async function world(respond: Respond = (_name, create) => create()) {
  const rig = await withStable(3);
  const done: string[] = [];
  const create: Cluster['create'] = async (object) => {
    const created = await respond(object.metadata.name, () => rig.cluster.create(object));
    done.push(object.metadata.name);
    return created;
  };
  const cluster = Object.assign(Object.create(rig.cluster) as Cluster, { create });
  const next = nextWrite(desired, await rig.readLive(bundle, stable));
  const batch = next.kind === 'write' ? writesOf(next) : [];
  const made: string[] = [];
  const ports = {
    cluster,
    cache: { wrote: () => undefined, distrust: () => undefined },
    budget: { made: (_release: string, _decision: number, write: Write) => made.push(nameOf(write)) },
  } as unknown as ExecutorPorts;
  const job = { state, ref: state.current!.ref } as Job;
  return { rig, batch, done, made, write: () => writeBatch(job, desired, batch, ports) };
}

const nameOf = (write: Write): string => ('object' in write ? write.object.metadata.name : write.ref.name);
const names = extra.map(({ metadata }) => metadata.name);
const unreachable = new ClusterError('unreachable', 'POST /api/v1/namespaces/shop/configmaps: timed out');
const invalid = new ClusterError('invalid', 'POST /api/v1/namespaces/shop/configmaps: data FieldValueInvalid');

describe('writeBatch', () => {
  it('sends all writes before the first response, and returns what they created', async () => {
    const started: string[] = [];
    const { batch, write } = await world(async (name, create) => {
      started.push(name);
      // A write that waited for the response to another one would never be sent.
      await new Promise<void>((resolve) => {
        const check = (): void => (started.length === names.length + 1 ? resolve() : void setImmediate(check));
        check();
      });
      return create();
    });
    const [first, fenced, ...others] = batch;
    expect([nameOf(first!), fenced!.verb, ...others.map(nameOf)]).toEqual([expect.stringMatching(/^settings-/), 'fence', ...names]);
    expect((await write()).map(({ metadata }) => metadata.name)).toEqual([nameOf(first!), ...names]);
  });

  it('waits for all responses before it rejects, with the name of the refused object', async () => {
    const { done, made, write } = await world(async (name, create) => {
      if (name === 'extra-0') throw unreachable;
      if (name === 'extra-2') throw invalid;
      return new Promise((resolve) => setImmediate(() => resolve(create())));
    });
    await expect(write()).rejects.toMatchObject({
      code: 'invalid', message: 'ConfigMap extra-2: POST /api/v1/namespaces/shop/configmaps: data FieldValueInvalid',
    });
    expect(done.slice(1)).toEqual(['extra-1', 'extra-3', 'extra-4']);
    expect(made).toEqual(expect.arrayContaining(done));
  });

  it('rejects with the first error if none of them ends the step', async () => {
    const lost = ['extra-1', 'extra-3'];
    const { write } = await world(async (name, create) => (lost.includes(name) ? Promise.reject(unreachable) : create()));
    await expect(write()).rejects.toBe(unreachable);
  });

  it('leaves out an object that another client has created meanwhile', async () => {
    const { write, rig } = await world(async (name, create) => (name === 'extra-4' ? create().then(create) : create()));
    expect((await write()).map(({ metadata }) => metadata.name)).not.toContain('extra-4');
    expect(rig.cluster.find('ConfigMap', 'extra-4')).toBeDefined();
  });
});
