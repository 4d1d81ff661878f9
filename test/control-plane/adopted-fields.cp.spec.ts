import type { Cluster, Deployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { adoptFields, ALLOY_MANAGER, CREATE_MANAGER } from '../../libs/cluster/src/managed-fields';
import { canaryOf, revisionOf } from '../../libs/cluster/src/revision';
import { foreignTemplateManagers } from '../../libs/cluster/src/template-owners';
import { eventually } from '../support/eventually';
import { controlPlane, needsPods, withNamespace } from './support/control-plane';
import { withKubectl } from './support/kubectl';

needsPods('the fields of a Deployment that another client created', () => {
  const namespace = withNamespace('fields');
  const kubectl = withKubectl();
  let cluster: Cluster;
  beforeAll(async () => void (cluster = await controlPlane().connect()));
  afterAll(() => cluster.close());

  const manifest = (name: string, env: Readonly<Record<string, string>>, more: Readonly<Record<string, unknown>> = {}): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: namespace() },
    spec: {
      selector: { matchLabels: { app: name } },
      ...more,
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: 'web',
              image: 'shop:v1',
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              ports: [{ containerPort: 8080 }],
            },
          ],
        },
      },
    },
  });
  const deployed = async (name: string): Promise<Deployment & { readonly status?: { readonly readyReplicas?: number } }> =>
    (await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: namespace(), name })) as Deployment;
  const pods = async (name: string): Promise<readonly (string | undefined)[]> =>
    (await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: namespace(), labels: `app=${name}` }))
      .map(({ metadata }) => metadata.uid)
      .sort();
  const envOf = ({ spec }: Deployment): readonly string[] => (spec.template.spec.containers[0]!.env ?? []).map(({ name }) => name);
  /** Tries again if a controller has written the status in between. */
  const adopt = (name: string): Promise<unknown> =>
    eventually(async () => {
      const live = await deployed(name);
      const body = [
        { op: 'replace', path: '/metadata/managedFields', value: adoptFields(live) },
        { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
      ];
      return cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: namespace(), name }, 'json', body, ALLOY_MANAGER);
    });

  it.each([
    ['apply', ['apply', '-f', '-']],
    ['apply --server-side', ['apply', '--server-side', '-f', '-']],
    ['create', ['create', '-f', '-']],
    ['create as helm', ['create', '--field-manager=helm', '-f', '-']],
    ['apply as argocd', ['apply', '--server-side', '--field-manager=argocd-controller', '-f', '-']],
  ])(
    'by kubectl %s move to Alloy’s field manager without a restart; the next release removes dropped fields and keeps the replicas',
    async (how, args) => {
      const name = how.replaceAll(/[^a-z]+/g, '-');
      await kubectl().output(args, JSON.stringify(manifest(name, { KEPT: '1', DROPPED: '2' }, { replicas: 2 })));
      await eventually(async () => expect((await deployed(name)).status?.readyReplicas).toBe(2), { timeoutMs: 40_000 });
      const [before, running] = [await deployed(name), await pods(name)];

      await adopt(name);
      const adopted = await deployed(name);
      expect(adoptFields(adopted)).toBeUndefined();
      expect(adopted.metadata.generation).toBe(before.metadata.generation);
      expect(await pods(name)).toEqual(running);

      await cluster.apply(manifest(name, { KEPT: '1' }), { manager: ALLOY_MANAGER, force: true });
      const released = await deployed(name);
      expect(envOf(released)).toEqual(['KEPT']);
      expect(released.spec.replicas).toBe(2);
      await eventually(
        async () => expect((await deployed(name)).status).toMatchObject({ readyReplicas: 2, updatedReplicas: 2, replicas: 2 }),
        {
          timeoutMs: 40_000,
        },
      );
    },
  );

  it('leave nothing of it: neither defaults without a manager, nor list items, nor the older name of a field', async () => {
    const name = 'traces';
    const more = manifest(name, { KEPT: '1', CHANGED: '2' }, { replicas: 0 }) as Deployment;
    const [container] = more.spec.template.spec.containers;
    const probed = { ...container!, readinessProbe: { httpGet: { port: 8080 } }, image: 'shop' };
    const spec = { ...more.spec.template.spec, serviceAccountName: 'web', containers: [probed] };
    const before = { ...more, spec: { ...more.spec, template: { ...more.spec.template, spec } } };
    const by = ['--server-side', '--field-manager=helm', '-f', '-'];
    await kubectl().output(['apply', ...by], JSON.stringify(before));
    await kubectl().output(['--namespace', namespace(), 'set', 'env', `deployment/${name}`, 'CHANGED=3', 'ADDED=4']);
    await kubectl().output(['--namespace', namespace(), 'rollout', 'restart', `deployment/${name}`]);

    await adopt(name);
    const bundle = { workload: name, objects: [manifest(name, { KEPT: '1' })] };
    const owner = { project: 'shop', environment: 'production', releaseId: 'R1', fence: { installation: 'test', slot: 1, version: 1 } };
    const options = { bundle, release: 'R1', namespace: namespace(), owner, nameHash: () => '' };
    await cluster.apply(revisionOf(options).rolling, { manager: ALLOY_MANAGER, force: true });
    const canary = (await cluster.create(canaryOf(options), CREATE_MANAGER)) as Deployment;
    const templateOf = ({ spec: { template } }: Deployment): unknown => ({
      annotations: template.metadata?.annotations ?? {},
      spec: template.spec,
    });
    expect(templateOf(await deployed(name))).toEqual(templateOf(canary));
    expect(foreignTemplateManagers(await deployed(name))).toEqual([]);
  });

  it('leave no service account that its last manager removed and the API server restored', async () => {
    const name = 'restored';
    const plain = manifest(name, {}, { replicas: 0 }) as Deployment;
    const spec = { ...plain.spec.template.spec, serviceAccountName: 'web' };
    const named = { ...plain, spec: { ...plain.spec, template: { ...plain.spec.template, spec } } };
    const accountOf = async (): Promise<string | undefined> => (await deployed(name)).spec.template.spec.serviceAccountName;
    for (const object of [named, plain])
      await kubectl().output(['apply', '--server-side', '--field-manager=helm', '-f', '-'], JSON.stringify(object));
    expect(await accountOf()).toBe('web');

    await adopt(name);
    await cluster.apply(plain, { manager: ALLOY_MANAGER, force: true });
    expect(await accountOf()).toBeUndefined();
  });
});
