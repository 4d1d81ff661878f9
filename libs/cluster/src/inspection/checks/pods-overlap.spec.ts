import { PROJECT_LABEL, TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import type { Deployment } from '../../json';
import { deployment, service } from '../../testing/fixtures';
import { inspection } from '../../testing/inspection';
import type { InspectInput } from '../inspect';

type Labels = Readonly<Record<string, string>>;
const other = (name: string, labels: Labels = { app: 'web' }, replicas: number | undefined = 2): Deployment => {
  const { spec, ...rest } = deployment('shop:v1', replicas);
  const template = { ...spec.template, metadata: { labels } };
  return { ...rest, metadata: { name, namespace: 'shop', labels: {} }, spec: { ...spec, selector: { matchLabels: labels }, template } };
};
const of = (project: string, object: Deployment): Deployment => ({
  ...object,
  metadata: { ...object.metadata, labels: { [PROJECT_LABEL]: project }, annotations: { 'alloy.dev/fence': 'alloy/1/1' } },
});
/** The bundle of a Deployment web2 with a selector of its own, behind the Service web. */
const renamed = (labels: Labels, more: readonly KubeObject[] = []): Pick<InspectInput, 'bundle'> => ({
  bundle: { workload: 'web2', objects: [other('web2', labels), service, ...more] },
});
const refusal = (deployments: readonly Deployment[], over: Partial<InspectInput> = renamed({ app: 'web' })) =>
  inspection({}, { deployments, ...over }).inspected.refusal;

const left = of('shop', other('web2-baseline'));
const labels = { ...left.metadata.labels, [TRACK_LABEL]: 'baseline' };
const baseline: Deployment = { ...left, metadata: { ...left.metadata, labels } };

describe('podsOverlap', () => {
  it('refuses a new name for a Deployment that this project has released, and says what to do', () =>
    expect(refusal([of('shop', other('web'))])).toEqual({
      code: 'workload_renamed',
      text:
        'Deployment web2 selects the pods of Deployment web, which this project has released: web and web2 would both run and ' +
        'share the traffic. Keep the name web, or delete the old Deployment first (kubectl delete deployment web)',
    }));

  it('refuses it as well if only the Service still selects the old pods', () =>
    expect(
      refusal([of('shop', other('web', { app: 'web', name: 'web' }))], renamed({ app: 'web', name: 'web2' }))?.text,
    ).toMatch(/^Service web selects the pods of Deployment web, which this project has released: /));

  it.each<[string, Deployment, string]>([
    [
      'another project',
      of('bank', other('web')),
      'Deployment web2 selects the pods of Deployment web, which belongs to another installation, project or environment: ' +
        'give the pods of one of them other labels',
    ],
    [
      'no project',
      other('web'),
      'Deployment web2 selects the pods of Deployment web, which Alloy has not released: release it under its own name, ' +
        'give its pods other labels, or delete it',
    ],
  ])('refuses to select the pods of a Deployment of %s', (_what, found, text) =>
    expect(refusal([found])).toEqual({ code: 'pods_overlap', text }));

  it('names the Deployment of this project first', () =>
    expect(refusal([other('a'), of('shop', other('web'))])?.code).toBe('workload_renamed'));

  it.each<[string, readonly Deployment[], Pick<InspectInput, 'bundle'>]>([
    ['the Deployment itself and its canary', [of('shop', other('web2')), of('shop', other('web2-canary'))], renamed({ app: 'web' })],
    ['the baseline that a release has left', [baseline], renamed({ app: 'web' })],
    ['another Deployment of the bundle', [of('shop', other('worker'))], renamed({ app: 'web' }, [other('worker')])],
    ['a Deployment that is scaled to zero', [of('shop', other('web', { app: 'web' }, 0))], renamed({ app: 'web' })],
    ['other pods', [other('api', { app: 'api' })], renamed({ app: 'web' })],
    [
      'pods of a Service that is not in front of the Deployment',
      [other('redis', { app: 'redis' })],
      renamed({ app: 'web' }, [{ ...service, metadata: { name: 'redis' }, spec: { selector: { app: 'redis' } } }]),
    ],
    [
      'a Service without a selector',
      [other('api', { app: 'api' })],
      renamed({ app: 'web' }, [{ ...service, metadata: { name: 'outside' }, spec: { externalName: 'shop.example' } }]),
    ],
  ])('accepts %s', (_what, deployments, bundle) => expect(refusal(deployments, bundle)).toBeNull());

  it('refuses a Deployment that is scaled to zero while it still has pods', () =>
    expect(refusal([{ ...of('shop', other('web', { app: 'web' }, 0)), status: { replicas: 1 } }])?.code).toBe('workload_renamed'));
});
