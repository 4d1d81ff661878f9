import type { KubeObject } from '@alloy/contracts';
import { isClusterError, type ClusterErrorCode } from '../errors';
import { ALLOY_MANAGER, CREATE_MANAGER } from '../managed-fields';
import type { ObjectRef } from '../ports';
import type { ContractSubject } from './contract-subject';
import { settles } from './wait';

const refused = async (attempt: Promise<unknown>, code: ClusterErrorCode): Promise<void> => {
  const error: unknown = await attempt.then(() => undefined, (reason: unknown) => reason);
  expect(isClusterError(error) ? error.code : error).toBe(code);
};

/** How an API server handles objects of each kind: defaults, Secrets, Services, namespaces that are being deleted. */
export function objectContract(subject: () => ContractSubject): void {
  describe('objects of each kind', () => {
    let counter = 0;
    const fresh = (): string => `object-${(counter += 1)}`;
    const { create, apply, get, at } = {
      at: (name = fresh()): { readonly name: string; readonly namespace: string } => ({ name, namespace: subject().namespace }),
      create: (object: KubeObject) => subject().cluster.create(object, CREATE_MANAGER),
      apply: (object: KubeObject) => subject().cluster.apply(object, { manager: ALLOY_MANAGER, force: true }),
      get: ({ apiVersion, kind, metadata: { namespace, name } }: KubeObject) =>
        subject().cluster.get({ apiVersion, kind, namespace, name }),
    };
    const service = (metadata: KubeObject['metadata'], selector: Record<string, string>): KubeObject => ({
      apiVersion: 'v1', kind: 'Service', metadata, spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
    const web = (metadata: KubeObject['metadata'], spec: Record<string, unknown> = {}): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: { app: metadata.name } },
        template: {
          metadata: { labels: { app: metadata.name } },
          spec: { containers: [{ name: 'web', image: 'shop:v1', ports: [{ containerPort: 8080 }] }] },
        },
        ...spec,
      },
    });

    it('fills in the defaults of a Deployment', async () => {
      const made = await create(web(at(), { replicas: 0 }));
      expect(made).toMatchObject({
        metadata: { generation: 1 },
        spec: {
          replicas: 0,
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
          template: {
            spec: {
              restartPolicy: 'Always',
              terminationGracePeriodSeconds: 30,
              dnsPolicy: 'ClusterFirst',
              schedulerName: 'default-scheduler',
              securityContext: {},
              containers: [
                {
                  imagePullPolicy: 'IfNotPresent',
                  ports: [{ containerPort: 8080, protocol: 'TCP' }],
                  resources: {},
                  terminationMessagePath: '/dev/termination-log',
                  terminationMessagePolicy: 'File',
                },
              ],
            },
          },
        },
      });
    });

    it('does not change an object when the same manifest is applied again', async () => {
      const metadata = at();
      const first = await apply(web(metadata, { replicas: 0 }));
      // The last condition that a controller writes.
      const done = expect.objectContaining({ type: 'Progressing', reason: 'NewReplicaSetAvailable' });
      const before = await settles(async () => {
        const live = await get(first);
        expect(live).toMatchObject({ status: { observedGeneration: 1, conditions: expect.arrayContaining([done]) } });
        return live!;
      });
      const after = await apply(web(metadata, { replicas: 0 }));
      expect(after.metadata).toMatchObject({ generation: before.metadata.generation, resourceVersion: before.metadata.resourceVersion });
    });

    it('increases the generation only for changes of the spec', async () => {
      const metadata = at();
      const made = await create(web(metadata, { replicas: 0 }));
      const ref: ObjectRef = { apiVersion: 'apps/v1', kind: 'Deployment', ...metadata };
      const patch = (body: unknown) => subject().cluster.patch(ref, 'merge', body, ALLOY_MANAGER);
      expect((await patch({ metadata: { labels: { x: 'y' } } })).metadata.generation).toBe(made.metadata.generation);
      expect((await patch({ spec: { minReadySeconds: 1 } })).metadata.generation).toBe(2);
    });

    it('encodes stringData of a Secret as data', async () => {
      const made = await create({ apiVersion: 'v1', kind: 'Secret', metadata: at(), stringData: { password: 'hello' } });
      expect(made).toMatchObject({ type: 'Opaque', data: { password: Buffer.from('hello').toString('base64') } });
      expect(await get(made)).not.toHaveProperty('stringData');
    });

    it('assigns an address to a Service, and keeps it', async () => {
      const metadata = at();
      const made = await create(service(metadata, { app: 'a' }));
      expect(made).toMatchObject({
        spec: {
          type: 'ClusterIP',
          sessionAffinity: 'None',
          clusterIP: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
          ports: [{ protocol: 'TCP', port: 80, targetPort: 'http' }],
        },
      });
      const applied = await apply(service(metadata, { app: 'b' }));
      expect(applied).toMatchObject({
        spec: { clusterIP: (made as KubeObject & { spec: { clusterIP: string } }).spec.clusterIP, selector: { app: 'b' } },
      });
    });

    it('accepts a Service whose name begins with a digit, or refuses it as invalid (before Kubernetes 1.36)', async () => {
      const metadata = at('9-starts-with-a-digit');
      const made = await create(service(metadata, {})).catch((error: unknown) => error);
      if (isClusterError(made)) expect(made.code).toBe('invalid');
      else expect(made).toMatchObject({ metadata, spec: { clusterIP: expect.any(String) } });
      await refused(create(service(at('-begins-with-a-hyphen'), {})), 'invalid');
    });

    it('changes one container by its name with a strategic patch', async () => {
      const made = await create(web(at(), { replicas: 0 }));
      const ref: ObjectRef = { apiVersion: 'apps/v1', kind: 'Deployment', ...subjectOf(made) };
      const patched = await subject().cluster.patch(
        ref,
        'strategic',
        { spec: { template: { spec: { containers: [{ name: 'web', image: 'shop:v2' }] } } } },
        ALLOY_MANAGER,
      );
      expect(patched).toMatchObject({
        spec: { template: { spec: { containers: [{ name: 'web', image: 'shop:v2', ports: [{ containerPort: 8080 }] }] } } },
      });
    });

    it('refuses a JSON patch whose test fails or whose path does not exist, and changes nothing', async () => {
      const made = await create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: at(), data: { a: '1' } });
      const ref: ObjectRef = { apiVersion: 'v1', kind: 'ConfigMap', ...subjectOf(made) };
      const patch = (ops: unknown) => subject().cluster.patch(ref, 'json', ops, ALLOY_MANAGER);
      await refused(patch([{ op: 'test', path: '/data/a', value: '2' }, { op: 'replace', path: '/data/a', value: '3' }]), 'invalid');
      await refused(patch([{ op: 'remove', path: '/data/absent' }]), 'invalid');
      expect(await get(made)).toMatchObject({ data: { a: '1' }, metadata: { resourceVersion: made.metadata.resourceVersion } });
    });

    it.each([
      [
        'a name that is too long',
        (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: at(name + 'x'.repeat(254)) }),
      ],
      [
        'an invalid label',
        (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...at(name), labels: { x: 'no blanks' } } }),
      ],
      ['a negative number of pods', (name: string): KubeObject => web(at(name), { replicas: -1 })],
      ['a deadline that is not after minReadySeconds', (name: string): KubeObject => web(at(name), { minReadySeconds: 600 })],
      [
        'a container without an image',
        (name: string): KubeObject =>
          web(at(name), { template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web' }] } } }),
      ],
      [
        'two containers of one name',
        (name: string): KubeObject =>
          web(at(name), {
            template: {
              metadata: { labels: { app: name } },
              spec: {
                containers: [
                  { name: 'web', image: 'a' },
                  { name: 'web', image: 'b' },
                ],
              },
            },
          }),
      ],
      [
        'a variable with two sources',
        (name: string): KubeObject =>
          web(at(name), {
            template: {
              metadata: { labels: { app: name } },
              spec: {
                containers: [
                  { name: 'web', image: 'a', env: [{ name: 'A', value: '1', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
                ],
              },
            },
          }),
      ],
      [
        'a rolling update that can never progress',
        (name: string): KubeObject =>
          web(at(name), { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
      ],
      ['a Service port out of range', (name: string): KubeObject => ({ ...service(at(name), {}), spec: { ports: [{ port: 70_000 }] } })],
      [
        'a Secret that is not base64',
        (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: at(name), data: { a: '!' } }),
      ],
    ])('refuses %s, both by create and by apply', async (_what, make) => {
      await refused(create(make(fresh())), 'invalid');
      await refused(apply(make(fresh())), 'invalid');
    });

    it('refuses new objects in a namespace that is being deleted while a finalizer blocks the deletion', async () => {
      const { cluster, namespace } = subject();
      const name = `${namespace}-ending`;
      const ref: ObjectRef = { apiVersion: 'v1', kind: 'Namespace', name };
      const inside = (id: string): KubeObject => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: id, namespace: name, finalizers: ['alloy.example/held'] },
      });
      await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, CREATE_MANAGER);
      const held = await cluster.create(inside('held'), CREATE_MANAGER);
      await cluster.delete(ref, {});
      await refused(cluster.create(inside('late'), CREATE_MANAGER), 'namespace_missing');
      await settles(async () => expect((await get(held))?.metadata).toHaveProperty('deletionTimestamp'));
      await cluster.patch(
        { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'held' },
        'merge',
        { metadata: { finalizers: null } },
        CREATE_MANAGER,
      );
      await settles(async () => expect(await cluster.get(ref)).toBeUndefined());
    });

    it('has no objects of an unknown kind, and refuses to create one as invalid', async () => {
      const unknown: KubeObject = { apiVersion: 'autoscaling/v9', kind: 'HorizontalPodAutoscaler', metadata: at() };
      expect(await get(unknown)).toBeUndefined();
      await refused(create(unknown), 'invalid');
    });

    it('gives an autoscaler whose behaviour names one direction the rules of both', async () => {
      const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'absent' }, maxReplicas: 3 };
      const behavior = { scaleDown: { stabilizationWindowSeconds: 5 } };
      const made = await create({
        apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: at(), spec: { ...spec, behavior },
      });
      const percent = { type: 'Percent', value: 100, periodSeconds: 15 };
      expect(made['spec']).toMatchObject({
        minReplicas: 1,
        behavior: {
          scaleUp: {
            stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, percent],
          },
          scaleDown: { stabilizationWindowSeconds: 5, selectPolicy: 'Max', policies: [percent] },
        },
      });
      const ableToScale = { type: 'AbleToScale', status: 'False', reason: 'FailedGetScale' };
      await settles(async () => expect((await get(made))?.['status']).toMatchObject({ conditions: [ableToScale] }));
    });

    it('lists objects by field selector', async () => {
      const made = await create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: at(), data: {} });
      const { namespace, name } = subjectOf(made);
      expect(
        await subject().cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, fields: `metadata.name=${name}` }),
      ).toHaveLength(1);
    });
  });
}

const subjectOf = ({ metadata: { namespace, name } }: KubeObject): { readonly namespace?: string; readonly name: string } => ({
  namespace,
  name,
});
