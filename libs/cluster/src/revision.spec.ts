import type { Bundle } from '@alloy/contracts';
import type { Deployment } from './json';
import { canaryName, canaryOf, deploymentOf, revisionOf, strategyOf, type DeploymentStrategy } from './revision';
import { bundleOf, deployment, nameHash, service } from './testing/fixtures';

const owner = { project: 'shop', environment: 'production', releaseId: 'R9', fence: { installation: 'alloy', slot: 3, version: 7 } };
const options = (bundle: Bundle, release: string | null = 'R2') => ({ bundle, release, namespace: 'shop', owner, nameHash });
const withStrategy = (strategy: DeploymentStrategy | undefined): Bundle => ({
  workload: 'web',
  objects: [deployment('shop:v1', 3, strategy && { strategy })],
});
const rolling = (rollingUpdate: object): DeploymentStrategy => ({ type: 'RollingUpdate', rollingUpdate }) as DeploymentStrategy;

describe('a version of the workload', () => {
  it.each<[DeploymentStrategy | undefined, DeploymentStrategy, DeploymentStrategy]>([
    [undefined, rolling({ maxUnavailable: 0, maxSurge: '25%' }), rolling({ maxUnavailable: '25%', maxSurge: '25%' })],
    [{}, rolling({ maxUnavailable: 0, maxSurge: '25%' }), rolling({ maxUnavailable: '25%', maxSurge: '25%' })],
    [rolling({ maxUnavailable: 1, maxSurge: 2 }), rolling({ maxUnavailable: 0, maxSurge: 2 }), rolling({ maxUnavailable: 1, maxSurge: 2 })],
    [rolling({ maxUnavailable: 1, maxSurge: 0 }), rolling({ maxUnavailable: 0, maxSurge: 1 }), rolling({ maxUnavailable: 1, maxSurge: 0 })],
    [rolling({ maxSurge: '0' }), rolling({ maxUnavailable: 0, maxSurge: 1 }), rolling({ maxUnavailable: '25%', maxSurge: '0' })],
    [rolling({ maxSurge: '0%' }), rolling({ maxUnavailable: 0, maxSurge: 1 }), rolling({ maxUnavailable: '25%', maxSurge: '0%' })],
    [rolling({ maxSurge: '50%' }), rolling({ maxUnavailable: 0, maxSurge: '50%' }), rolling({ maxUnavailable: '25%', maxSurge: '50%' })],
    [{ type: 'Recreate' }, { type: 'Recreate' }, { type: 'Recreate' }],
  ])('with the strategy %j is rolled out with new pods first, and ends with the strategy of the manifest', (strategy, safe, asked) => {
    const revision = revisionOf(options(withStrategy(strategy)));
    expect([strategyOf(revision.rolling), strategyOf(revision.asked)]).toEqual([safe, asked]);
    expect(canaryOf({ ...options(withStrategy(strategy)), release: 'R2' }).spec.strategy).toEqual(safe);
  });
  it('may have no strategy at all', () => expect(strategyOf(deployment('shop:v1'))).toEqual({}));

  it('has the labels of its release and reads copies, without the number of pods and the status', () => {
    const bundle = bundleOf('v1', 3);
    const [web, ...others] = bundle.objects as [Deployment, ...Bundle['objects'][number][]];
    const {
      release,
      rolling: manifest,
      copies,
      shared,
    } = revisionOf(
      options({
        ...bundle,
        objects: [
          { ...web, metadata: { ...web.metadata, uid: 'u', annotations: { team: 'a' } }, status: { replicas: 3 } } as Deployment,
          ...others,
        ],
      }),
    );
    expect(release).toBe('R2');
    expect(manifest.metadata).toEqual({
      name: 'web',
      namespace: 'shop',
      labels: {
        app: 'web',
        'alloy.dev/project': 'shop',
        'alloy.dev/environment': 'production',
        'alloy.dev/release': 'R2',
        'alloy.dev/track': 'stable',
      },
      annotations: { team: 'a', 'alloy.dev/fence': 'alloy/3/7' },
    });
    expect(Object.keys(manifest).sort()).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
    expect(Object.keys(manifest.spec).sort()).toEqual(['selector', 'strategy', 'template']);
    expect(manifest.spec.template.metadata).toEqual({
      labels: { app: 'web', 'alloy.dev/project': 'shop', 'alloy.dev/release': 'R2', 'alloy.dev/track': 'stable' },
    });
    expect(
      copies.map(({ kind, metadata }) => [
        kind,
        metadata.name.replace(/[0-9a-f]{10}$/, '#'),
        metadata.labels?.['alloy.dev/copy'],
        metadata.annotations?.['alloy.dev/copy-for'],
      ]),
    ).toEqual([
      ['ConfigMap', 'settings-#', 'true', 'web'],
      ['Secret', 'keys-#', 'true', 'web'],
    ]);
    expect(copies.every((copy) => copy['immutable'] === true)).toBe(true);
    expect(manifest.spec.template.spec.containers[0]).toMatchObject({
      envFrom: [{ configMapRef: { name: copies[0]!.metadata.name } }],
      env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: copies[1]!.metadata.name } } }],
    });
    expect(shared).toEqual(others);
  });

  it('that was adopted keeps its template and reads no copies', () => {
    const bundle = bundleOf('v0', 3);
    const { release, rolling: manifest, copies } = revisionOf(options(bundle, null));
    expect([release, copies]).toEqual([null, []]);
    expect(manifest.spec.template).toEqual(deploymentOf(bundle).spec.template);
    expect(manifest.metadata.labels).toMatchObject({ 'alloy.dev/release': 'R9', 'alloy.dev/track': 'stable' });
  });

  it('may have no labels and annotations in its manifest', () => {
    const web = deployment('shop:v1', 3);
    const bare = { ...web, metadata: { name: 'web' }, spec: { ...web.spec, template: { spec: web.spec.template.spec } } };
    const { rolling: manifest } = revisionOf(options({ workload: 'web', objects: [bare] }));
    expect(Object.keys(manifest.metadata.labels!)).toHaveLength(4);
    expect(manifest.spec.template.metadata).toEqual({
      labels: { 'alloy.dev/project': 'shop', 'alloy.dev/release': 'R2', 'alloy.dev/track': 'stable' },
    });
  });
});

describe('a canary', () => {
  it('has no pods at first, selects its own pods, and is selected by the Service of the user', () => {
    const canary = canaryOf({ ...options(bundleOf('v2', 3)), release: 'R2' });
    expect(canary.metadata).toMatchObject({
      name: 'web-canary',
      namespace: 'shop',
      labels: { app: 'web', 'alloy.dev/track': 'canary', 'alloy.dev/release': 'R9' },
    });
    expect(canary.spec).toMatchObject({
      replicas: 0,
      selector: { matchLabels: { app: 'web', 'alloy.dev/track': 'canary' } },
      template: {
        metadata: { labels: { app: 'web', 'alloy.dev/project': 'shop', 'alloy.dev/release': 'R2', 'alloy.dev/track': 'canary' } },
      },
    });
    expect(canaryName('web')).toBe('web-canary');
  });
});

describe('the Deployment of a bundle', () => {
  it('has the name of the workload', () => {
    const other = deployment('shop:v1');
    const bundle = { workload: 'web', objects: [service, { ...other, metadata: { name: 'api' } }, other] };
    expect(deploymentOf(bundle)).toBe(other);
    expect(() => deploymentOf({ ...bundle, workload: 'cron' })).toThrow('the bundle holds no Deployment cron');
  });
});
