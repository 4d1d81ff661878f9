import { RELEASE_LABEL } from '@alloy/contracts';
import type { Deployment } from '../json';
import { ALLOY_MANAGER, type ManagedFields } from '../managed-fields';
import { deployment } from '../testing/fixtures';
import { inspection, running } from '../testing/inspection';
import { ownerToolOf } from './owner-tool';

const template = (field: string) => ({ 'f:spec': { 'f:template': { 'f:spec': { [field]: {} } } } });
const entry = (manager: string, field = 'f:containers'): ManagedFields => ({
  manager, operation: 'Update', apiVersion: 'apps/v1', fieldsV1: template(field),
});

function live({ labels = {}, annotations = {}, release, managers = [entry('x')] }: {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly release?: string;
  readonly managers?: readonly ManagedFields[];
}): Deployment {
  const web = deployment('shop:v1', 3);
  const podLabels = { app: 'web', ...(release !== undefined && { [RELEASE_LABEL]: release }) };
  return {
    ...web,
    metadata: { ...web.metadata, labels, annotations, managedFields: managers },
    spec: { ...web.spec, template: { ...web.spec.template, metadata: { labels: podLabels } } },
  };
}

const tracked = { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' } };
const helm = { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: { 'meta.helm.sh/release-name': 'shop' } };

describe('ownerToolOf', () => {
  it.each<[string, Deployment, string | undefined]>([
    ['an annotation of Argo CD', live(tracked), 'argocd'],
    ['a label of Argo CD', live({ labels: { 'argocd.argoproj.io/instance': 'shop' } }), 'argocd'],
    ['the field manager of Argo CD', live({ managers: [entry('argocd-controller')] }), 'argocd'],
    ['a label of Flux', live({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } }), 'flux'],
    ['labels of Flux and Helm', live({ ...helm, labels: { ...helm.labels, 'helm.toolkit.fluxcd.io/name': 'shop' } }), 'flux'],
    ['the field manager of Flux', live({ managers: [entry('kustomize-controller')] }), 'flux'],
    ['an annotation of Helm', live(helm), 'helm'],
    ['the field manager of Helm', live({ managers: [entry('helm')] }), 'helm'],
    ['no tool', live({ labels: { app: 'web' } }), undefined],
    ['kubectl', live({ managers: [entry('kubectl-client-side-apply')] }), undefined],
    ['a tool that leaves the Deployment to Alloy', live({ ...tracked, release: 'R1', managers: [entry(ALLOY_MANAGER)] }), undefined],
    [
      'a tool that has written since the last release',
      live({ ...tracked, release: 'R1', managers: [entry(ALLOY_MANAGER), entry('argocd-controller', 'f:volumes')] }),
      'argocd',
    ],
  ])('recognizes %s', (_what, web, tool) => expect(ownerToolOf(web)).toBe(tool));

  it('is part of the inspection', () => {
    expect(inspection({ web: running(live(tracked)) }).inspected).toMatchObject({ owner: 'unowned', manager: 'argocd', refusal: null });
    expect(inspection({ web: running(live({})) }).inspected).not.toHaveProperty('manager');
    expect(inspection({}).inspected).not.toHaveProperty('manager');
  });
});
