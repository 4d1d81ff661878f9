import type { KubeObject } from '@alloy/contracts';
import { isClusterError, type ClusterErrorCode } from '../errors';
import { ALLOY_MANAGER, CREATE_MANAGER } from '../managed-fields';
import type { ContractSubject } from './contract-subject';

/** How an API server checks a write that it does not execute, and which fields it refuses. */
export function dryRunContract(subject: () => ContractSubject): void {
  describe('dry runs and unknown fields', () => {
    let counter = 0;
    const metadata = (): KubeObject['metadata'] => ({ name: `tried-${(counter += 1)}`, namespace: subject().namespace });
    const tried = (object: KubeObject) => subject().cluster.apply(object, { manager: ALLOY_MANAGER, force: true, dryRun: true });
    const create = (object: KubeObject) => subject().cluster.create(object, CREATE_MANAGER);
    const get = ({ apiVersion, kind, metadata: { namespace, name } }: KubeObject) =>
      subject().cluster.get({ apiVersion, kind, namespace, name });
    const refusal = async (attempt: Promise<unknown>, code: ClusterErrorCode = 'invalid'): Promise<string> => {
      const error: unknown = await attempt.then(() => undefined, (reason: unknown) => reason);
      expect(isClusterError(error) ? error.code : error).toBe(code);
      return (error as Error).message;
    };
    const configMap = (data: Record<string, string>, more: object = {}, at = metadata()): KubeObject =>
      ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: at, data, ...more });
    const service = (ports: readonly object[], more: object = {}, at = metadata()): KubeObject =>
      ({ apiVersion: 'v1', kind: 'Service', metadata: at, spec: { selector: { app: 'web' }, ports, ...more } });
    const deployment = (container: object, pod: object = {}): KubeObject => {
      const at = metadata();
      const labels = { app: at.name };
      const template = { metadata: { labels }, spec: { ...pod, containers: [{ name: 'web', image: 'shop:v1', ...container }] } };
      const spec = { replicas: 0, selector: { matchLabels: labels }, template };
      return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: at, spec };
    };

    it('store nothing, of a new object and of a change', async () => {
      const fresh = deployment({});
      expect(await tried(fresh)).toMatchObject({ spec: { strategy: { type: 'RollingUpdate' } } });
      expect(await get(fresh)).toBeUndefined();
      const object = configMap({ a: '1' });
      const { metadata: { resourceVersion } } = await create(object);
      expect(await tried({ ...object, data: { a: '2' } })).toMatchObject({ data: { a: '2' } });
      const { apiVersion, kind, metadata: { name, namespace } } = object;
      const patch = [{ op: 'add', path: '/data', value: { a: '3' } }];
      expect(
        await subject().cluster.patch({ apiVersion, kind, name, namespace: namespace! }, 'json', patch, ALLOY_MANAGER, { dryRun: true }),
      ).toMatchObject({ data: { a: '3' } });
      expect(await get(object)).toMatchObject({ data: { a: '1' }, metadata: { resourceVersion } });
    });

    it.each<[string, () => KubeObject, string]>([
      [
        'a container', () => deployment({ readinesProbe: { httpGet: { path: '/', port: 80 } } }),
        '.spec.template.spec.containers[name="web"].readinesProbe: field not declared in schema',
      ],
      ['a Service', () => service([{ port: 80 }], { sessionAfinity: 'None' }), '.spec.sessionAfinity: field not declared in schema'],
      ['a ConfigMap', () => configMap({}, { daat: {} }), '.daat: field not declared in schema'],
    ])('refuse an unknown field of %s with its path', async (_what, make, path) => {
      expect(await refusal(tried(make()))).toContain(`: ${path}`);
    });

    it.each<[string, () => KubeObject, string]>([
      ['env', () => deployment({ env: [{ name: 'A', value: '1' }, { name: 'A', value: '2' }] }), 'containers[name="web"].env'],
      [
        'ports', () => deployment({ ports: [{ name: 'a', containerPort: 8080 }, { name: 'b', containerPort: 8080 }] }),
        'containers[name="web"].ports: duplicate entries for key [containerPort=8080,protocol="TCP"]',
      ],
      ['hostAliases', () => deployment({}, { hostAliases: [{ ip: '10.0.0.1' }, { ip: '10.0.0.1' }] }), 'hostAliases: duplicate entries'],
      ['imagePullSecrets', () => deployment({}, { imagePullSecrets: [{ name: 'a' }, { name: 'a' }] }), 'imagePullSecrets: duplicate'],
    ])('refuse two items of %s with the same key, which a creation accepts', async (_list, make, text) => {
      const object = make();
      expect(await refusal(tried(object))).toContain(text);
      await create(object);
    });

    it.each<[string, object, string]>([
      ['a quantity', { resources: { limits: { cpu: '100mm' } } }, "unable to parse quantity's suffix"],
      ['a quantity without a number', { resources: { limits: { cpu: 'much' } } }, 'quantities must match the regular expression'],
      ['a port', { ports: [{ containerPort: 70000 }] }, 'ports[0].containerPort FieldValueInvalid: must be between 1 and 65535'],
      [
        'a probe', { readinessProbe: { httpGet: { path: '/', port: 99999 } } },
        'readinessProbe.httpGet.port FieldValueInvalid: must be between 1 and 65535',
      ],
      [
        'the name of a port', { readinessProbe: { tcpSocket: { port: 'a_b' } } },
        'readinessProbe.tcpSocket.port FieldValueInvalid: must contain only alpha-numeric',
      ],
      ['a pull policy', { imagePullPolicy: 'always' }, 'containers[0].imagePullPolicy FieldValueNotSupported'],
      ['a mount', { volumeMounts: [{ name: 'gone', mountPath: '/x' }] }, 'containers[0].volumeMounts[0].name FieldValueNotFound'],
      [
        'a request', { resources: { limits: { memory: '1Gi' }, requests: { memory: '1100Mi' } } },
        'resources.requests FieldValueInvalid: must be less than or equal to memory limit of 1Gi',
      ],
      ['the name of a variable', { env: [{ name: 'A=B', value: '1' }] }, 'containers[0].env[0].name FieldValueInvalid'],
    ])('refuse a wrong value of %s', async (_what, container, text) => {
      expect(await refusal(tried(deployment(container)))).toContain(text);
    });

    it('refuse annotations of more than 256 KiB together', async () => {
      const annotated = (size: number): KubeObject => {
        const object = configMap({});
        const half = 'x'.repeat(size / 2);
        return { ...object, metadata: { ...object.metadata, annotations: { 'example.com/a': half, 'example.com/b': half } } };
      };
      expect(await refusal(tried(annotated(256 * 1024)))).toContain('metadata.annotations FieldValueTooLong');
      await tried(annotated(255 * 1024));
    });

    it('refuse an unknown type of a Service', async () => {
      expect(await refusal(tried(service([{ port: 80 }], { type: 'Loadbalancer' })))).toContain('spec.type FieldValueNotSupported');
    });

    it('refuse the change of an immutable field with its path', async () => {
      const object = configMap({ a: '1' }, { immutable: true });
      await create(object);
      expect(await refusal(tried({ ...object, data: { a: '2' } }))).toContain(
        'data FieldValueForbidden: field is immutable when `immutable` is set',
      );
    });

    it('refuse to change what a StatefulSet was created with', async () => {
      const at = metadata();
      const labels = { app: at.name };
      const set = (storage: string, more: object = {}): KubeObject => ({
        apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: at,
        spec: {
          replicas: 0, serviceName: 'db', selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'db', image: 'shop:v1' }] } },
          volumeClaimTemplates: [
            { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } } },
          ],
          ...more,
        },
      });
      await create(set('1Gi'));
      await tried(set('1Gi'));
      expect(await refusal(tried(set('2Gi')))).toContain('spec.volumeClaimTemplates FieldValueInvalid: field is immutable');
      const elsewhere = set('1Gi', { serviceName: 'other' });
      expect(await refusal(tried(elsewhere))).toContain('spec.serviceName FieldValueInvalid: field is immutable');
    });

    it('are refused with a stale resourceVersion', async () => {
      const object = configMap({ a: '1' });
      await create(object);
      await refusal(tried({ ...object, metadata: { ...object.metadata, resourceVersion: '1' } }), 'conflict');
    });

    it('are not needed to refuse an unknown field: a creation refuses it with its path, unless it drops unknown fields', async () => {
      const object = deployment({ readinesProbe: {} });
      expect(await refusal(create(object))).toContain('unknown field "spec.template.spec.containers[0].readinesProbe"');
      expect(await refusal(create(configMap({}, { daat: {} })))).toContain('unknown field "daat"');
      await subject().cluster.create(object, CREATE_MANAGER, { dropsUnknownFields: true });
      expect(await get(object)).toBeDefined();
    });
  });
}
