import type { KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { shortPolicy } from '../../support/stories';
import type { Story, Version } from '../../support/story';
import { configMap, deployment, service, WEB } from '../../support/workload';
import { needsPods } from '../support/control-plane';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const stage = withStage({ ports: shortPolicy, misspelt: shortPolicy, protocols: shortPolicy, immutable: shortPolicy, volume: shortPolicy });

/** The release is rejected with this text, and no object has changed. */
async function rejects(shop: Story, version: Version, text: string): Promise<void> {
  const found = await contents(shop);
  const id = await shop.deploy('v2', version);
  const reason = { code: 'invalid_object', text: expect.stringContaining(text) };
  expect(await shop.ended(id)).toMatchObject({ status: 'rejected', reason });
  const inspected = (await shop.events(id)).find(({ type }) => type === 'TargetInspected')?.data as Payloads['TargetInspected'];
  expect(inspected.dryRun?.refused[0]?.cause).toContain(text);
  expect(await contents(shop)).toEqual(found);
}

const contents = async ({ cluster, project }: Story): Promise<unknown> => {
  const list = (apiVersion: string, kind: string) => cluster.list({ apiVersion, kind, namespace: project });
  const found = await Promise.all([list('apps/v1', 'Deployment'), list('v1', 'Service'), list('v1', 'ConfigMap')]);
  return found.flat().map(({ kind, metadata: { name, uid, annotations }, spec, data }) => ({ kind, name, uid, annotations, spec, data }));
};

async function samePorts(): Promise<void> {
  const { shop } = stage().play('ports');
  const ports = [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 8080 }];
  await expect(shop.deploy('v1', { deployment: deployment({ container: { ports } }) })).rejects.toThrow(
    /422.*duplicate_item.*Items 0 and 1 of this list have the same containerPort and protocol/s,
  );
}

async function misspelt(): Promise<void> {
  const { shop } = stage().play('misspelt');
  const version = { deployment: deployment({ container: { readinesProbe: { httpGet: { path: '/healthz', port: 'http' } } } }) };
  const text = `Deployment ${WEB}: spec.template.spec.containers[0].readinesProbe: field not declared in schema`;
  await rejects(shop, version, text);
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await rejects(shop, version, text);
  const misspeltService = { ...service(), spec: { ...(service()['spec'] as object), sessionAfinity: 'ClientIP' } };
  await rejects(shop, { service: misspeltService }, `Service ${WEB}: spec.sessionAfinity: field not declared in schema`);
  await shop.onlyRuns('v1');
  expect(await shop.release('v3')).toMatchObject({ status: 'promoted' });
  await stage().prove('misspelt');
}

/** The same number for TCP and UDP, in the Service and in the container. */
async function protocols(): Promise<void> {
  const { shop } = stage().play('protocols');
  const ports = [
    { name: 'http', containerPort: 8080 },
    { name: 'dns', containerPort: 5353, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: 5353, protocol: 'TCP' },
  ];
  const routes = [
    { name: 'http', port: 80, targetPort: 'http' },
    { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 'dns-tcp' },
  ];
  const version = {
    deployment: deployment({ container: { ports } }),
    service: { ...service(), spec: { selector: { app: WEB }, ports: routes } } as KubeObject,
  };
  expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted' });
  const before = await shop.get<KubeObject>('Service');
  expect(await shop.release('v2', version)).toMatchObject({ status: 'promoted' });
  expect((await shop.get<KubeObject>('Service'))['spec']).toEqual(before['spec']);
  await stage().prove('protocols');
}

async function immutable(): Promise<void> {
  const { shop } = stage().play('immutable');
  const version = (a: string): Version => ({
    deployment: deployment({ container: { envFrom: [{ configMapRef: { name: 'settings' } }] } }),
    more: { settings: { ...configMap('settings', { a }), immutable: true } },
  });
  expect(await shop.release('v1', version('1'))).toMatchObject({ status: 'promoted' });
  await rejects(shop, version('2'), 'The ConfigMap in the cluster is immutable: give the changed one another name');
  await shop.onlyRuns('v1');
  expect(await shop.release('v3', version('1'))).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v3');
  await stage().prove('immutable');
}

/**
 * The Deployment that Alloy created has to lose the emptyDir with which its volume must not have a ConfigMap: an apply
 * without an adoption of its fields would be refused.
 */
async function volume(): Promise<void> {
  const { shop } = stage().play('volume');
  const version = (source: object): Version => ({
    deployment: deployment({ pod: { volumes: [{ name: 'files', ...source }] } }),
    more: { settings: configMap('settings', { a: '1' }) },
  });
  expect(await shop.release('v1', version({ emptyDir: {} }))).toMatchObject({ status: 'promoted' });
  expect(await shop.release('v2', version({ configMap: { name: 'settings' } }))).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2');
  await stage().prove('volume');
}

needsPods('what the API server would refuse later', () => {
  sideBySide({
    'two ports of a container with the same number are refused by ingest, which names them': samePorts,
    'a misspelt field is refused at the inspection with its path, and nothing is changed': misspelt,
    'a Service with one port for TCP and UDP is released again without a change of it': protocols,
    'a changed immutable ConfigMap is refused at the inspection, and nothing is changed': immutable,
    'a volume that changes from an emptyDir to a ConfigMap is not refused': volume,
  });
});
