import { defaultKinds, idOf } from '@alloy/contracts';
import { isRefusedKind, kindRules, kindsSchema, refusedKindsSchema } from './kinds';

const messages = (schema: typeof kindsSchema, value: unknown) => schema.safeParse(value).error?.issues.map(({ message }) => message);

describe('the kinds of a policy', () => {
  it('are, by default, those of the documented list', () => {
    expect([...kindRules({}).released].sort()).toEqual([
      'Certificate.cert-manager.io', 'ConfigMap', 'CronJob.batch', 'DaemonSet.apps', 'Deployment.apps',
      'DestinationRule.networking.istio.io',
      'GRPCRoute.gateway.networking.k8s.io', 'HTTPRoute.gateway.networking.k8s.io', 'HorizontalPodAutoscaler.autoscaling',
      'Ingress.networking.k8s.io', 'Job.batch', 'NetworkPolicy.networking.k8s.io', 'PersistentVolumeClaim', 'PodDisruptionBudget.policy',
      'PodMonitor.monitoring.coreos.com', 'ScaledObject.keda.sh', 'Secret', 'Service', 'ServiceAccount',
      'ServiceMonitor.monitoring.coreos.com', 'StatefulSet.apps', 'VirtualService.networking.istio.io',
    ]);
  });

  it('replace the default list, or extend it with `default`', () => {
    expect([...kindRules({ kinds: ['Service', 'Widget.example.com'] }).released]).toEqual([
      'Deployment.apps', 'Service', 'Widget.example.com',
    ]);
    expect([...kindRules({ kinds: ['default', 'Widget.example.com'] }).released]).toEqual(
      expect.arrayContaining([...defaultKinds.map(idOf), 'Widget.example.com']),
    );
  });

  it.each(['Pod', 'Certificate', 'Certificate.cert-manager.io', 'Rollout.argoproj.io', 'ReferenceGrant.gateway.networking.k8s.io'])(
    'may include %s',
    (kind) => expect(kindsSchema.safeParse([kind]).success).toBe(true),
  );

  it.each([
    ['ClusterRole', 'Alloy never writes access rules.'],
    ['RoleBinding.rbac.authorization.k8s.io', 'Alloy never writes access rules.'],
    ['ValidatingWebhookConfiguration', 'Alloy never writes what intercepts the requests of others to the API server.'],
    ['Anything.admissionregistration.k8s.io', 'Alloy never writes what intercepts the requests of others to the API server.'],
    ['Namespace', 'Alloy never writes cluster-scoped objects.'],
    ['CustomResourceDefinition.apiextensions.k8s.io', 'Alloy never writes cluster-scoped objects.'],
    ['Widget', 'Alloy does not know this kind: write it with its group, like Certificate.cert-manager.io.'],
    ['services', 'This is not a kind: write it like Deployment, or with its group, like Certificate.cert-manager.io.'],
  ])('may not include %s', (kind, message) => expect(messages(kindsSchema, ['Service', kind])).toContain(message));
});

describe('the refused kinds of a policy', () => {
  it('may include kinds that Alloy never writes, with or without their group', () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' };
    for (const refuse of [['ClusterRole'], ['ClusterRole.rbac.authorization.k8s.io']]) {
      expect(refusedKindsSchema.safeParse(refuse).success).toBe(true);
      expect(isRefusedKind(kindRules({ refuse }), role)).toBe(true);
    }
    expect(isRefusedKind(kindRules({}), role)).toBe(false);
  });

  it('distinguish kinds of the same name by their group', () => {
    const rules = kindRules({ refuse: ['Service'] });
    expect(isRefusedKind(rules, { apiVersion: 'v1', kind: 'Service' })).toBe(true);
    expect(isRefusedKind(rules, { apiVersion: 'serving.knative.dev/v1', kind: 'Service' })).toBe(false);
  });

  it('may not include `default`', () => expect(refusedKindsSchema.safeParse(['default']).success).toBe(false));
});
