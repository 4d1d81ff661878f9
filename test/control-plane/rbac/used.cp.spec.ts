import type { KubeObject } from '@alloy/contracts';
import { eventually } from '../../support/eventually';
import { heldPolicy, shortPolicy } from '../../support/stories';
import type { Version } from '../../support/story';
import { configMap, deployment, secret, service, WEB } from '../../support/workload';
import { needsPods } from '../support/control-plane';
import { sideBySide } from '../stories/support/side-by-side';
import { withStage } from '../stories/support/stage';
import { auditedRequests, permission, permissionOf } from './audit-log';
import { clusterServices, kindsRole, roleOf, userOf, type Role } from './manifests';

const stage = withStage({
  everything: { ...heldPolicy, stages: [...heldPolicy.stages, { weight: 83, duration: 2, deadline: 60 }] },
  adopted: shortPolicy,
});

const annotated = (object: KubeObject, colour: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, 'example.com/colour': colour } },
});

/** One object of every kind that Alloy accepts, each in another colour than in the previous version. */
function inColour(colour: string): Version {
  const container = { envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }] };
  const around: Readonly<Record<string, KubeObject>> = {
    account: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: WEB } },
    ingress: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: WEB },
      spec: { defaultBackend: { service: { name: WEB, port: { number: 80 } } } },
    },
    budget: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: WEB },
      spec: { minAvailable: 1, selector: { matchLabels: { app: WEB } } },
    },
    autoscaler: {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: WEB },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: WEB },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
      },
    },
  };
  return {
    deployment: deployment({ container, pod: { serviceAccountName: WEB } }),
    service: annotated(service(), colour),
    secret: secret('keys', { colour }),
    more: {
      settings: configMap('settings', { colour }),
      ...Object.fromEntries(Object.entries(around).map(([name, object]) => [name, annotated(object, colour)])),
    },
  };
}

/** The count of each Kubernetes Event for a paused release. */
async function pauses(): Promise<readonly number[]> {
  const { shop } = stage().play('everything');
  const events = await shop.cluster.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event', namespace: shop.project });
  return events
    .filter((event) => event['reason'] === 'ReleasePaused')
    .map((event) => (event['series'] as { readonly count: number } | undefined)?.count ?? 1);
}

/** A first release, a rollback, a canary that a user pauses twice, and a release without most objects. */
async function everything(): Promise<void> {
  const { shop } = stage().play('everything');
  expect(await shop.release('v1', inColour('red'))).toMatchObject({ status: 'promoted' });
  expect(await shop.release('v2-crash', inColour('green'))).toMatchObject({ status: 'rolledBack' });
  const id = await shop.deploy('v3', inColour('blue'));
  await shop.reaches(id, 'analyse');
  for (const count of [1, 2]) {
    await shop.want(id, 'pause');
    // Wait for the Event before the next pause: it is created once and then counted.
    await eventually(async () => expect(await pauses()).toEqual([count]));
    await shop.want(id, 'resume');
    await shop.until(id, ({ status }) => status === 'releasing');
  }
  await shop.want(id, 'promote', { full: false });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted', strategy: 'canary', reason: { code: 'all_steps_done' } });
  const last = await shop.release('v4', { strategy: 'rollout' });
  expect(last.plan?.prune?.objects.map(({ kind }) => kind)).toEqual([
    'Ingress', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'ConfigMap', 'ServiceAccount',
  ]);
}

/** A release over an existing Deployment. */
async function adopted(): Promise<void> {
  const { shop } = stage().play('adopted');
  await shop.create(deployment({ image: 'registry.example.com/shop/web:v0' }), 'kubectl-client-side-apply');
  await shop.onlyRuns('v0');
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted', stable: { releaseId: null, imageTag: 'v0' } });
}

const permissionsOf = ({ rules }: Role): readonly string[] =>
  rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => permission(verb, resource, group)))));

needsPods('the Roles of deploy/rbac', () => {
  sideBySide({
    'allow a first release, a rollback and a canary with an object of every kind': everything,
    'allow the adoption of a Deployment': adopted,
  });

  it.each(clusterServices)('grant %s exactly the permissions that it uses', async (name) => {
    const namespaces = (['everything', 'adopted'] as const).map((lane) => stage().play(lane).shop.project);
    const given = permissionsOf(roleOf(name));
    // This Role of the executor has permissions for kinds that these stories do not write.
    const granted = name === 'executor' ? [...given, ...permissionsOf(kindsRole())] : given;
    // The executor writes the last Kubernetes Event some time after the end of the release.
    await eventually(() => {
      const requests = auditedRequests(userOf(name), namespaces);
      expect(requests.filter(({ responseStatus }) => responseStatus?.code === 403).map(({ requestURI }) => requestURI)).toEqual([]);
      const used = new Set(requests.map(permissionOf));
      expect(given.filter((one) => !used.has(one))).toEqual([]);
      expect([...used].filter((one) => !granted.includes(one))).toEqual([]);
    });
  });
});
