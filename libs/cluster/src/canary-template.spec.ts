import type { CanaryOptions } from '@alloy/release';
import { canaryOf, revisionOf } from './revision';
import type { Deployment } from './json';
import { bundleOf, deployment, nameHash } from './testing/fixtures';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 7 } };
const bundle = (extra: object = {}) => {
  const web = deployment('shop:v2', 3);
  const { template } = web.spec;
  const object = { ...web, spec: { ...web.spec, template: { ...template, spec: { ...template.spec, ...extra } } } };
  return { ...bundleOf('v2'), objects: [object] };
};
const of = (extra: object = {}) => ({ bundle: bundle(extra), release: 'R2', namespace: 'shop', owner, nameHash });
const canary = (options: CanaryOptions, extra: object = {}): Deployment['spec']['template'] =>
  canaryOf({ ...of(extra), options }).spec.template;
const plain = canary({});

describe('metadata of the canary', () => {
  const canaryMetadata = { labels: { role: 'canary' }, annotations: { note: 'on trial' }, env: { KEY: 'other', TRACK: 'canary' } };

  it('adds labels, annotations and variables, and changes nothing else', () => {
    const marked = canary({ canaryMetadata });
    const [container] = plain.spec.containers;
    expect(marked).toEqual({
      ...plain,
      metadata: { ...plain.metadata, labels: { ...plain.metadata?.labels, role: 'canary' }, annotations: { note: 'on trial' } },
      spec: { ...plain.spec, containers: [{ ...container, env: [{ name: 'TRACK', value: 'canary' }, { name: 'KEY', value: 'other' }] }] },
    });
  });

  it('is not in the version that is promoted', () => {
    const { rolling } = revisionOf(of());
    expect(JSON.stringify(rolling)).not.toMatch(/on trial|TRACK"/);
  });
});

describe('anti-affinity of the canary', () => {
  const term = {
    labelSelector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'alloy.dev/track', operator: 'NotIn', values: ['canary'] }] },
    topologyKey: 'kubernetes.io/hostname',
  };

  it('keeps its pods off the nodes of stable\'s', () =>
    expect(canary({ antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } }).spec.affinity).toEqual({
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
    }));

  it('is added to that of the manifest', () => {
    const own = { weight: 1, podAffinityTerm: { topologyKey: 'zone' } };
    const podAntiAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [own] };
    const found = canary({ antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 50 } } }, {
      affinity: { nodeAffinity: {}, podAntiAffinity },
    });
    expect(found.spec.affinity).toEqual({
      nodeAffinity: {},
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [own, { weight: 50, podAffinityTerm: term }] },
    });
  });
});
