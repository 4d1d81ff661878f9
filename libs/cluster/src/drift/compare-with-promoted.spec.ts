import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import type { Deployment, PodTemplate } from '../json';
import { compareWithPromoted, isSameTemplate, REVISION, type PromotedInput } from './compare-with-promoted';

const stable = { releaseId: 'R2', image: 'r/web', imageTag: 'v2' };
interface Over {
  readonly release?: string;
  readonly image?: string;
  readonly env?: readonly object[];
  readonly annotations?: Readonly<Record<string, string>>;
}
const template = ({ release = 'R2', image = 'r/web:v2', env = [], annotations }: Over = {}): PodTemplate =>
  ({
    metadata: { labels: { app: 'web', [RELEASE_LABEL]: release }, ...(annotations && { annotations }) },
    spec: { containers: [{ name: 'web', image, env }] },
  }) as unknown as PodTemplate;

const set = (name: string, revision: string, over: Over = {}): KubeObject => {
  const { metadata, ...rest } = template(over);
  return {
    apiVersion: 'apps/v1', kind: 'ReplicaSet',
    metadata: {
      name, annotations: { [REVISION]: revision },
      ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'u', controller: true }],
    },
    spec: { template: { ...rest, metadata: { ...metadata, labels: { ...metadata!.labels, 'pod-template-hash': name } } } },
  } as unknown as KubeObject;
};
const promoted = set('web-b', '2');
const templates = [{ uid: 'u', revision: '2', replicaSet: 'web-b' }];

const managed = (manager: string, time: string, fields: object) => ({
  manager, operation: 'Update', apiVersion: 'apps/v1', time, fieldsV1: { 'f:spec': { 'f:template': fields } },
});
const imageField = { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:image': {} } } } };

type More = Partial<PromotedInput> & { readonly managedFields?: readonly object[] };

function compare(running: KubeObject, others: readonly KubeObject[] = [promoted], over: More = {}) {
  const { managedFields = [managed('alloy', '2026-01-01T00:00:00Z', imageField)], ...input } = over;
  const deployment = {
    apiVersion: 'apps/v1', kind: 'Deployment',
    metadata: { name: 'web', uid: 'u', generation: 4, annotations: running.metadata.annotations, managedFields },
    spec: { selector: {}, template: (running['spec'] as { template: PodTemplate }).template },
    status: { observedGeneration: 4 },
  } as unknown as Deployment;
  return compareWithPromoted({ deployment, replicaSets: [running, ...others], stable, templates, ...input });
}
const drift = (...args: Parameters<typeof compare>) => compare(...args)?.drift;
const IMAGE = 'spec.template.spec.containers[web].image';

describe('compareWithPromoted', () => {
  it('finds the promoted version, also after an undo and its undo', () => {
    expect(drift(promoted, [])).toBeNull();
    expect(compare(set('web-b', '4'), [])).toMatchObject({ drift: null, template: { uid: 'u', revision: '4', replicaSet: 'web-b' } });
  });

  it('finds the version of another release, and who restored it', () => {
    const managedFields = [managed('alloy', '2026-01-01T00:00:00Z', {}), managed('kubectl-rollout', '2026-01-01T00:00:00Z', imageField)];
    expect(drift(set('web-a', '3', { release: 'R1', image: 'r/web:v1' }), [promoted], { managedFields })).toEqual({
      stable: 'v2',
      live: { release: 'R1', image: 'r/web:v1', matches: false, stable: 'v2', differences: [IMAGE] },
      manager: 'kubectl-rollout', changedAt: '2026-01-01T00:00:00Z',
      template: { uid: 'u', revision: '3', replicaSet: 'web-a' },
    });
    expect(drift(set('web-a', '3', { release: 'R1' }))).toMatchObject({ live: { release: 'R1', matches: false, differences: [] } });
  });

  it.each<readonly [string, Over, string]>([
    ['a changed image', { image: 'r/web:hotfix' }, IMAGE],
    ['an added variable', { env: [{ name: 'ADDED', value: 'x' }] }, 'spec.template.spec.containers[web].env[ADDED]'],
    ['an added annotation', { annotations: { added: 'x' } }, 'spec.template.metadata.annotations.added'],
  ])('finds %s by the contents of both ReplicaSets', (_what, over, path) => {
    expect(drift(set('web-c', '3', over))).toMatchObject({ live: { release: 'R2', differences: [path] } });
    expect(isSameTemplate(promoted, set('web-c', '3', over))).toBe(false);
  });

  it('does not take a restart for a change', () => {
    const restarted = set('web-c', '3', { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } });
    expect(drift(restarted)).toBeNull();
    expect(isSameTemplate(promoted, restarted)).toBe(true);
  });

  it('decides by label, image and managed fields if the promoted ReplicaSet was removed', () => {
    expect(drift(set('web-c', '3'), [])).toBeNull();
    expect(drift(set('web-c', '3', { image: 'r/web:hotfix' }), [])).toMatchObject({ live: { image: 'r/web:hotfix' } });
    const env = { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:env': { 'k:{"name":"ADDED"}': { '.': {}, 'f:name': {} } } } } } };
    const managedFields = [managed('alloy', '2026-01-01T00:00:00Z', imageField), managed('kubectl-set', '2026-01-01T00:00:00Z', env)];
    expect(drift(set('web-c', '3'), [], { managedFields })).toMatchObject({
      manager: 'kubectl-set', live: { differences: [expect.any(String)] },
    });
    expect(drift(set('web-c', '3'), [], { managedFields, templates: [] })).toBeNull();
  });

  it('finds a deleted Deployment', () => {
    const gone = compareWithPromoted({ deployment: undefined, replicaSets: [], stable, templates });
    expect(gone?.drift).toMatchObject({ live: null, template: null });
  });

  it('says nothing before the controller has acted on the newest spec', () => {
    expect(compare({ ...set('web-c', '3'), metadata: { ...promoted.metadata, annotations: {} } }, [])).toBeUndefined();
    const status = { observedGeneration: 3 };
    const metadata = { name: 'web', uid: 'u', generation: 4, annotations: { [REVISION]: '2' } };
    const deployment = { metadata, spec: {}, status } as unknown as Deployment;
    expect(compareWithPromoted({ deployment, replicaSets: [promoted], stable, templates })).toBeUndefined();
  });
});
