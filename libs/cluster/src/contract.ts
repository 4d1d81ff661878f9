import type { KubeObject } from '@alloy/contracts';
import type { ClusterErrorCode } from './errors';
import { isClusterError } from './errors';
import type { Deployment } from './json';
import { adoptFields, ALLOY_MANAGER, CREATE_MANAGER, SCALE_MANAGER } from './managed-fields';
import type { Cluster, ObjectRef, WatchEvent } from './ports';
import type { ContractSubject } from './testing/contract-subject';
import { dryRunContract } from './testing/dry-run-contract';
import { objectContract } from './testing/object-contract';
import { settles } from './testing/wait';
import { workloadContract } from './testing/workload-contract';

export interface ContractOptions {
  /** Whether the cluster runs pods according to the images of the playground. */
  readonly pods: boolean;
}

/**
 * The behaviour of each implementation of `Cluster`. It runs against the playground and against a real API server, so
 * that they do not diverge.
 */
export function clusterContract(name: string, make: () => Promise<ContractSubject>, { pods }: ContractOptions): void {
  describe(`cluster contract: ${name}`, () => {
    let subject: ContractSubject;
    let cluster: Cluster;
    let namespace: string;
    let counter = 0;

    beforeAll(async () => {
      subject = await make();
      ({ cluster, namespace } = subject);
    });
    afterAll(() => subject.close());

    dryRunContract(() => subject);
    objectContract(() => subject);
    if (pods) workloadContract(() => subject);

    const fresh = (): string => `thing-${(counter += 1)}`;
    const configMap = (id: string, data: Record<string, string> = { a: '1' }, labels: Record<string, string> = {}): KubeObject => ({
      apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: id, namespace, labels }, data,
    });
    const deployment = (id: string, env: Record<string, string> = { A: '1', B: '2' }): Deployment => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: id, namespace },
      spec: {
        selector: { matchLabels: { app: id } },
        template: {
          metadata: { labels: { app: id } },
          spec: {
            containers: [{ name: 'main', image: 'shop:v1', env: Object.entries(env).map(([key, value]) => ({ name: key, value })) }],
          },
        },
      },
    });
    const ref = ({ apiVersion, kind, metadata }: KubeObject): ObjectRef => ({ apiVersion, kind, namespace, name: metadata.name });
    const live = async (object: KubeObject): Promise<KubeObject> => {
      const found = await cluster.get(ref(object));
      expect(found).toBeDefined();
      return found!;
    };
    const version = (object: KubeObject): string => object.metadata.resourceVersion ?? '';
    const envOf = (object: KubeObject): readonly string[] =>
      ((object as Deployment).spec.template.spec.containers[0]?.env ?? []).map((variable) => variable.name);
    const refused = async (attempt: Promise<unknown>, code: ClusterErrorCode): Promise<Error> => {
      const error: unknown = await attempt.then(() => undefined, (reason: unknown) => reason);
      expect(isClusterError(error) ? error.code : error).toBe(code);
      return error as Error;
    };
    /** Creates a Deployment with no pods, as Alloy does. */
    const createDeployment = async (id: string, env?: Record<string, string>, manager = CREATE_MANAGER): Promise<KubeObject> => {
      const manifest = deployment(id, env);
      return cluster.create({ ...manifest, spec: { ...manifest.spec, replicas: 0 } } as KubeObject, manager);
    };
    /** Calls `act` with the live object, again if a controller has changed its status since. */
    const withLive = async (object: KubeObject, act: (current: KubeObject) => Promise<unknown>): Promise<void> => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          await act(await live(object));
          return;
        } catch (error) {
          if (!isClusterError(error, 'conflict') || attempt > 20) throw error;
        }
      }
    };
    const migrate = async (current: KubeObject): Promise<void> => {
      const value = adoptFields(current);
      expect(value).toBeDefined();
      await cluster.patch(
        ref(current),
        'json',
        [
          { op: 'replace', path: '/metadata/managedFields', value },
          { op: 'replace', path: '/metadata/resourceVersion', value: version(current) },
        ],
        ALLOY_MANAGER,
      );
    };

    describe('reading', () => {
      it('returns undefined for an object that does not exist, and an empty list without matches', async () => {
        expect(await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'absent' })).toBeUndefined();
        expect(await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labels: 'absent=label' })).toEqual([]);
      });

      it('lists by label, with kind and apiVersion in each object', async () => {
        const group = fresh();
        await cluster.create(configMap(fresh(), {}, { group, track: 'canary' }), CREATE_MANAGER);
        await cluster.create(configMap(fresh(), {}, { group }), CREATE_MANAGER);
        const list = (labels: string) => cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labels });
        expect(await list(`group=${group}`)).toHaveLength(2);
        expect(await list(`group=${group},track in (canary,preview)`)).toMatchObject([{ apiVersion: 'v1', kind: 'ConfigMap' }]);
        expect(await list(`group=${group},!track`)).toHaveLength(1);
      });

      it('reports which kinds the server serves', async () => {
        expect(await cluster.serves('apps/v1', 'Deployment')).toBe(true);
        expect(await cluster.serves('apps/v1', 'Teapot')).toBe(false);
        expect(await cluster.serves('alloy.example/v1', 'Teapot')).toBe(false);
      });
    });

    describe('creating', () => {
      it('returns an object with uid and resourceVersion, and refuses a second creation', async () => {
        const object = configMap(fresh());
        const made = await cluster.create(object, CREATE_MANAGER);
        expect(made.metadata.uid).toEqual(expect.any(String));
        expect(version(made)).not.toBe('');
        await refused(cluster.create(object, CREATE_MANAGER), 'already_exists');
      });

      it('refuses a missing namespace, and invalid objects without their content in the message', async () => {
        const id = fresh();
        await refused(
          cluster.create({ ...configMap(id), metadata: { name: id, namespace: 'no-such-namespace' } }, CREATE_MANAGER),
          'namespace_missing',
        );
        await refused(cluster.create(configMap('Not A Name'), CREATE_MANAGER), 'invalid');
        const wrong = deployment(fresh());
        const mismatch = { ...wrong, spec: { ...wrong.spec, selector: { matchLabels: { app: 'canary-string' } } } } as KubeObject;
        expect((await refused(cluster.create(mismatch, CREATE_MANAGER), 'invalid')).message).not.toContain('canary-string');
      });

      it('keeps zero replicas of a new Deployment', async () => {
        expect(await createDeployment(fresh())).toMatchObject({ spec: { replicas: 0 } });
      });
    });

    describe('server-side apply', () => {
      it('removes fields that its manager omits, and keeps those of other managers', async () => {
        const id = fresh();
        await cluster.apply(configMap(id, { a: '1', b: '2' }), { manager: ALLOY_MANAGER });
        await cluster.apply(configMap(id, { c: '3' }), { manager: 'other' });
        await cluster.apply(configMap(id, { a: '1' }), { manager: ALLOY_MANAGER });
        expect(await live(configMap(id))).toMatchObject({ data: { a: '1', c: '3' } });
        expect((await live(configMap(id)))['data']).not.toHaveProperty('b');
      });

      it('refuses a field that another manager owns, unless forced', async () => {
        const id = fresh();
        await cluster.apply(configMap(id, { a: '1' }), { manager: 'other' });
        await refused(cluster.apply(configMap(id, { a: '2' }), { manager: ALLOY_MANAGER }), 'apply_conflict');
        await cluster.apply(configMap(id, { a: '2' }), { manager: ALLOY_MANAGER, force: true });
        expect(await live(configMap(id))).toMatchObject({ data: { a: '2' } });
      });

      it.each<[string, object]>([
        ['empty', {}],
        ['null', { labels: null, annotations: null }],
      ])('with labels and annotations that are %s lets other managers add some, to the object and to its pods', async (_what, empty) => {
        const id = fresh();
        const maps = Object.keys(empty).length === 0 ? { labels: {}, annotations: {} } : empty;
        const manifest = deployment(id);
        const labels = { app: id };
        await cluster.apply(
          {
            ...manifest,
            metadata: { ...manifest.metadata, ...maps },
            spec: { ...manifest.spec, replicas: 0, template: { ...manifest.spec.template, metadata: { ...maps, labels } } },
          } as KubeObject,
          { manager: ALLOY_MANAGER, force: true },
        );
        const metadata = { labels: { x: 'y' }, annotations: { x: 'y' } };
        const others = {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { ...manifest.metadata, ...metadata },
          spec: { template: { metadata } },
        } as KubeObject;
        expect(await cluster.apply(others, { manager: 'other' })).toMatchObject({ metadata, spec: { template: { metadata } } });
      });

      it('is refused with a stale resourceVersion', async () => {
        const id = fresh();
        const first = await cluster.apply(configMap(id), { manager: ALLOY_MANAGER });
        await cluster.apply(configMap(id, { a: '2' }), { manager: ALLOY_MANAGER });
        const stale = configMap(id, { a: '3' });
        await refused(
          cluster.apply(
            { ...stale, metadata: { ...stale.metadata, resourceVersion: version(first) } },
            { manager: ALLOY_MANAGER, force: true },
          ),
          'conflict',
        );
      });

      it.each(['kubectl-client-side-apply', CREATE_MANAGER])(
        'removes a variable of %s that the next manifest omits after adoptFields, and does not change replicas',
        async (manager) => {
          const id = fresh();
          const made = await createDeployment(id, { A: '1', B: '2' }, manager);
          await withLive(made, (current) => cluster.scale(ref(made), 3, version(current), SCALE_MANAGER));
          await withLive(made, migrate);
          await cluster.apply(deployment(id, { A: '1' }), { manager: ALLOY_MANAGER, force: true });
          expect(envOf(await live(made))).toEqual(['A']);
          expect(await live(made)).toMatchObject({ spec: { replicas: 3 } });
          expect(adoptFields(await live(made))).toBeUndefined();
        },
      );

      it('refuses to change a selector', async () => {
        const id = fresh();
        await createDeployment(id);
        const other = deployment(id);
        const changed = {
          ...other,
          spec: {
            ...other.spec,
            selector: { matchLabels: { app: id, more: 'x' } },
            template: { ...other.spec.template, metadata: { labels: { app: id, more: 'x' } } },
          },
        } as KubeObject;
        await refused(cluster.apply(changed, { manager: ALLOY_MANAGER, force: true }), 'invalid');
      });
    });

    describe('patching and scaling', () => {
      it('merges annotations, and refuses a stale resourceVersion', async () => {
        const made = await cluster.create(configMap(fresh()), CREATE_MANAGER);
        const patch = (resourceVersion: string) =>
          cluster.patch(ref(made), 'merge', { metadata: { resourceVersion, annotations: { x: 'y' } } }, ALLOY_MANAGER);
        expect(await patch(version(made))).toMatchObject({ metadata: { annotations: { x: 'y' } }, data: { a: '1' } });
        await refused(
          cluster.patch(ref(made), 'merge', { metadata: { resourceVersion: version(made), annotations: { x: 'z' } } }, ALLOY_MANAGER),
          'conflict',
        );
        await refused(cluster.patch({ ...ref(made), name: 'absent' }, 'merge', {}, ALLOY_MANAGER), 'not_found');
      });

      it('refuses to change the data of an immutable ConfigMap, but changes its annotations', async () => {
        const made = await cluster.create({ ...configMap(fresh()), immutable: true }, CREATE_MANAGER);
        await refused(cluster.patch(ref(made), 'merge', { data: { a: '2' } }, ALLOY_MANAGER), 'invalid');
        await cluster.patch(ref(made), 'merge', { metadata: { annotations: { x: 'y' } } }, ALLOY_MANAGER);
      });

      it('scales with a resourceVersion as precondition, and does not change the template', async () => {
        const made = await createDeployment(fresh());
        await cluster.patch(ref(made), 'merge', { metadata: { annotations: { x: 'y' } } }, ALLOY_MANAGER);
        await refused(cluster.scale(ref(made), 2, version(made), SCALE_MANAGER), 'conflict');
        const generation = (await live(made)).metadata.generation ?? 0;
        await withLive(made, (current) => cluster.scale(ref(made), 2, version(current), SCALE_MANAGER));
        const scaled = await live(made);
        expect(scaled).toMatchObject({ spec: { replicas: 2 } });
        expect(scaled.metadata.generation).toBe(generation + 1);
        expect(envOf(scaled)).toEqual(['A', 'B']);
      });
    });

    describe('deleting', () => {
      it('has uid and resourceVersion as preconditions, and resolves for an absent object', async () => {
        const made = await cluster.create(configMap(fresh()), CREATE_MANAGER);
        await refused(cluster.delete(ref(made), { uid: '00000000-0000-0000-0000-000000000000' }), 'conflict');
        await cluster.patch(ref(made), 'merge', { data: { a: '2' } }, ALLOY_MANAGER);
        await refused(cluster.delete(ref(made), { uid: made.metadata.uid!, resourceVersion: version(made) }), 'conflict');
        const now = await live(made);
        await cluster.delete(ref(made), { uid: now.metadata.uid!, resourceVersion: version(now) });
        expect(await cluster.get(ref(made))).toBeUndefined();
        await cluster.delete(ref(made), {});
      });
    });

    describe('watching', () => {
      it('lists, then reports changes, and reports an object that no longer matches the selector as deleted', async () => {
        const group = fresh();
        const before = await cluster.create(configMap(fresh(), {}, { group }), CREATE_MANAGER);
        const events: string[] = [];
        const watching = cluster.watch(
          { apiVersion: 'v1', kind: 'ConfigMap', namespace, labels: `group=${group}` },
          (event: WatchEvent) => {
            events.push(event.type === 'synced' ? `synced ${event.objects.length}` : `${event.type} ${event.object.metadata.name}`);
          },
        );
        await watching.synced;
        const later = await cluster.create(configMap(fresh(), {}, { group }), CREATE_MANAGER);
        await cluster.patch(ref(later), 'merge', { data: { b: '1' } }, ALLOY_MANAGER);
        await cluster.patch(ref(later), 'merge', { metadata: { labels: { group: 'other' } } }, ALLOY_MANAGER);
        await cluster.delete(ref(before), {});
        const expected = [
          'synced 1',
          `added ${later.metadata.name}`,
          `modified ${later.metadata.name}`,
          `deleted ${later.metadata.name}`,
          `deleted ${before.metadata.name}`,
        ];
        await settles(async () => expect(events.length).toBeGreaterThanOrEqual(expected.length));
        expect(events).toEqual(expected);
        expect(watching.objects.size).toBe(0);
        watching.stop();
      });

      it('reports no changes after stop', async () => {
        const group = fresh();
        const events: WatchEvent[] = [];
        const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace, labels: `group=${group}` };
        const stopped = cluster.watch(query, (event) => void events.push(event));
        await stopped.synced;
        stopped.stop();
        const witness: WatchEvent[] = [];
        const other = cluster.watch(query, (event) => void witness.push(event));
        await other.synced;
        await cluster.create(configMap(fresh(), {}, { group }), CREATE_MANAGER);
        await settles(async () => expect(witness).toHaveLength(2));
        other.stop();
        expect(events).toHaveLength(1);
      });
    });
  });
}
