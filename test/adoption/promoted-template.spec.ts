import fc from 'fast-check';
import type { Bundle, KubeObject } from '@alloy/contracts';
import type { Deployment } from '@alloy/cluster';
import { applyBody } from '../../libs/cluster/src/kubernetes/apply-body';
import { adoptFields, ALLOY_MANAGER } from '../../libs/cluster/src/managed-fields';
import { canaryOf, revisionOf } from '../../libs/cluster/src/revision';
import { foreignTemplateManagers } from '../../libs/cluster/src/template-owners';
import { serverSideApply } from '../../libs/playground/src/api/apply/server-side-apply';
import { trackUpdate } from '../../libs/playground/src/api/apply/track-update';
import { withoutEmpty } from '../../libs/playground/src/api/decode-object';
import { applyDefaults } from '../../libs/playground/src/api/defaults/defaults';
import { schemaOf } from '../../libs/playground/src/api/schema/schema';
import type { PlaygroundObject } from '../../libs/playground/src/objects';
import type { Store } from '../../libs/playground/src/store';

// P29: the pod template that was judged is the one that is promoted, Alloy's labels aside, whatever client owned its
// fields before. By the playground's server-side apply, which has the field management of the API server.

const apiVersion = 'apps/v1';
const tracking = { schema: schemaOf(apiVersion, 'Deployment'), hasStatus: true, now: new Date('2026-01-01T00:00:00Z') };
const defaulted = (object: unknown): PlaygroundObject =>
  applyDefaults(withoutEmpty(object as PlaygroundObject), undefined, {} as Store);

const subset = <T>(...values: readonly T[]) => fc.subarray([...values]);
const value = fc.constantFrom('1', '2');
const map = (...keys: readonly string[]) => fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: keys.length });
const optional = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(shape, { requiredKeys: [] });

const container = (name: string) =>
  fc
    .tuple(
      fc.constantFrom('shop:v1', 'shop:v2', 'shop'),
      subset('A', 'B', 'C'),
      value,
      subset(8080, 9090),
      optional({
        command: fc.constantFrom(['serve'], ['serve', '--quick']),
        imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent'),
        resources: optional({ limits: map('cpu', 'memory'), requests: map('cpu', 'memory') }),
        securityContext: optional({ runAsNonRoot: fc.boolean(), capabilities: fc.record({ drop: subset('ALL', 'NET_RAW') }) }),
        readinessProbe: fc.record({ httpGet: fc.record({ path: fc.constantFrom('/', '/ready'), port: fc.constant(8080) }) }),
      }),
    )
    .map(([image, env, content, ports, more]) => ({
      ...more,
      name,
      image,
      ...(env.length > 0 && { env: env.map((variable) => ({ name: variable, value: content })) }),
      ...(ports.length > 0 && { ports: ports.map((containerPort) => ({ containerPort })) }),
    }));

/** The template of a manifest, as any client may write it. */
const template = fc
  .tuple(
    container('web'),
    fc.option(container('proxy'), { nil: undefined }),
    map('team', 'tier'),
    map('example.com/a', 'kubectl.kubernetes.io/restartedAt'),
    optional({
      nodeSelector: map('disk', 'zone'),
      tolerations: fc.constantFrom([{ key: 'spot', operator: 'Exists' }], [{ key: 'gpu', operator: 'Exists' }]),
      terminationGracePeriodSeconds: fc.constantFrom(5, 60),
      serviceAccountName: fc.constantFrom('web', 'other'),
      imagePullSecrets: subset({ name: 'a' }, { name: 'b' }),
    }),
  )
  .map(([web, proxy, labels, annotations, more]) => ({
    metadata: { labels: { ...labels, app: 'web' }, annotations },
    spec: { ...more, containers: proxy ? [web, proxy] : [web] },
  }));

const deploymentOf = (spec: object): Deployment => ({
  apiVersion,
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, ...spec } as unknown as Deployment['spec'],
});
const manifestOf = (spec: object): Deployment =>
  deploymentOf({ template: { metadata: { labels: { app: 'web' }, annotations: {} }, spec } });

const manifest = fc
  .tuple(template, optional({ minReadySeconds: fc.constantFrom(1, 5), revisionHistoryLimit: fc.constant(3) }))
  .map(([pods, more]): Deployment => deploymentOf({ ...more, template: pods }));

/** A write by another client: a whole manifest by server-side apply, or by an update as of `kubectl edit`. */
const foreignWrite = fc.record({
  manager: fc.constantFrom('kubectl', 'kubectl-client-side-apply', 'kubectl-edit', 'kubectl-set', 'helm', 'argocd-controller', 'robot'),
  operation: fc.constantFrom('Apply' as const, 'Update' as const),
  object: manifest,
});

/** The service account of the second write is the restored one, which has no manager. */
const bare = manifestOf({ containers: [{ name: 'web', image: 'shop:v1' }] });
const named = (serviceAccountName?: string) => ({
  manager: 'kubectl-set',
  operation: 'Apply' as const,
  object: manifestOf({ ...(serviceAccountName && { serviceAccountName }), containers: [{ name: 'web', image: 'shop:v1' }] }),
});

function write(live: PlaygroundObject | undefined, object: unknown, manager: string, operation: 'Apply' | 'Update'): PlaygroundObject {
  const writer = { manager, operation, apiVersion };
  if (operation === 'Apply') return defaulted(serverSideApply(live, object as PlaygroundObject, writer, true, tracking));
  const whole = defaulted(object);
  const metadata = { ...whole.metadata, managedFields: live?.metadata.managedFields };
  const next = { ...whole, metadata } as PlaygroundObject;
  return { ...next, metadata: { ...next.metadata, managedFields: trackUpdate(live, next, writer, tracking) } } as PlaygroundObject;
}

/** A container without an image: the API server refuses such a write. */
const isValid = (object: PlaygroundObject): boolean =>
  (object as unknown as Deployment).spec.template.spec.containers.every(({ image }) => image !== undefined);

function adopt(live: PlaygroundObject): PlaygroundObject {
  const managedFields = adoptFields(live as unknown as KubeObject) ?? live.metadata.managedFields;
  return { ...live, metadata: { ...live.metadata, managedFields } } as PlaygroundObject;
}

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 1, version: 2 } };
const options = (object: Deployment) => {
  const bundle: Bundle = { workload: 'web', objects: [object as unknown as KubeObject] };
  return { bundle, release: 'R2', namespace: 'shop', owner, nameHash: () => '' };
};

/** Without empty structs, which mean the same as none. */
function withoutHollow(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(withoutHollow);
  if (typeof content !== 'object' || content === null) return content;
  const inner = Object.entries(content).map(([key, below]) => [key, withoutHollow(below)] as const);
  return Object.fromEntries(inner.filter(([, below]) => below !== undefined && JSON.stringify(below) !== '{}'));
}

/** The template without Alloy's labels. */
function judged(object: unknown): unknown {
  const { metadata, spec } = (object as Deployment).spec.template;
  const labels = Object.fromEntries(Object.entries(metadata?.labels ?? {}).filter(([key]) => !key.startsWith('alloy.dev/')));
  const { annotations = {} } = metadata ?? {};
  return withoutHollow({ labels, annotations, spec });
}

describe('the promoted pod template', () => {
  it('is that of the canary except for labels of Alloy, after any writes of other clients', () => {
    fc.assert(
      fc.property(fc.array(foreignWrite, { minLength: 1, maxLength: 4 }), fc.option(manifest), manifest, (writes, before, next) => {
        let live = writes.reduce<PlaygroundObject | undefined>(
          (object, { object: written, manager, operation }) => {
            const next = write(object, written, manager, operation);
            return isValid(next) ? next : object;
          },
          undefined,
        )!;
        if (before) live = write(adopt(live), applyBody(revisionOf(options(before)).rolling), ALLOY_MANAGER, 'Apply');
        const promoted = write(adopt(live), applyBody(revisionOf(options(next)).rolling), ALLOY_MANAGER, 'Apply');
        expect(judged(promoted)).toEqual(judged(defaulted(canaryOf(options(next)))));
        expect(foreignTemplateManagers(promoted as unknown as Deployment)).toEqual([]);
      }),
      { numRuns: 200, examples: [[[named('web'), named(), { ...named('web'), manager: 'kubectl', operation: 'Update' }], null, bare]] },
    );
  });
});
