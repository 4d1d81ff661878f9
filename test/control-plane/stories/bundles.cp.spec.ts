import { bundleNames, bundles, policies, type BundleName } from '../../bundles/support/bundle';
import { releaseTwice } from '../../bundles/support/release-twice';
import { needsPods } from '../support/control-plane';
import { sideBySide } from './support/side-by-side';
import { withStage } from './support/stage';

const workloads = Object.fromEntries(bundleNames.map((name) => [name, bundles[name].workload]));
const stage = withStage(policies(), { workloads });

/** The kind of Prometheus' operator, as a cluster with it serves it. */
const monitors = {
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'servicemonitors.monitoring.coreos.com' },
  spec: {
    group: 'monitoring.coreos.com', scope: 'Namespaced',
    names: { kind: 'ServiceMonitor', plural: 'servicemonitors', singular: 'servicemonitor' },
    versions: [{
      name: 'v1', served: true, storage: true,
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    }],
  },
};
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

async function released(name: BundleName): Promise<void> {
  const { api, installation } = stage();
  const { shop } = stage().play(name);
  await releaseTwice(name, { shop, api, door: installation.releases.door });
  await stage().prove(name);
}

/** None of the objects that Alloy never writes exists afterwards. */
async function nothingElse(): Promise<void> {
  const access = '/apis/rbac.authorization.k8s.io/v1';
  const { project } = stage().play('boutique').shop;
  for (const path of [
    `${access}/namespaces/${project}/roles/boutique-reader`, `${access}/namespaces/${project}/rolebindings/boutique-reader`,
    `${access}/clusterroles/ingress-nginx`, `${access}/clusterrolebindings/ingress-nginx`,
    '/apis/networking.k8s.io/v1/ingressclasses/nginx', '/api/v1/namespaces/shop',
    '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/ingress-nginx-admission',
  ]) expect([path, (await stage().api.send({ path })).status]).toEqual([path, 404]);
}

needsPods('a public bundle, on a real API server', () => {
  beforeAll(() => stage().api.json({ method: 'POST', path: CRDS, body: monitors }));
  afterAll(() => stage().api.send({ method: 'DELETE', path: `${CRDS}/${monitors.metadata.name}` }));
  sideBySide(
    Object.fromEntries(bundleNames.map((name) => [`${name} is released by alloy deploy, and again as a canary`, () => released(name)])),
  );
  it('adds no access rule, no cluster-scoped object and no webhook of the bundles', nothingElse);
});
