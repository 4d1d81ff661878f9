import type { KubeObject } from '@alloy/contracts';
import { SWITCH_ANNOTATION } from '../../routers/service-selector/mark';
import { deployment, service } from '../../testing/fixtures';
import type { Deployment } from '../../json';
import { chooseSwitch, type SwitchChoice } from './choose-switch';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 0 } };
type Labels = Readonly<Record<string, string>>;
const serviceOf = (name: string, selector: Labels, metadata: object = {}): KubeObject =>
  ({ ...service, metadata: { name, namespace: 'shop', ...metadata }, spec: { selector, ports: [{ port: 80 }] } });
const labelled = (labels: Labels, name = 'web'): Deployment => {
  const { spec, ...rest } = deployment('shop:v1');
  return { ...rest, metadata: { name }, spec: { ...spec, template: { ...spec.template, metadata: { labels } } } };
};
const marked = (mark: object) => ({ annotations: { [SWITCH_ANNOTATION]: JSON.stringify({ fence: 'alloy/1/1', ...mark }) } });
const web = serviceOf('web', { app: 'web' });

const choose = (over: Partial<SwitchChoice> = {}) =>
  chooseSwitch({
    deployment: deployment('shop:v2'), web: deployment('shop:v1'), objects: [], policy: undefined, owner, deployments: [], services: [web],
    policies: [], ...over,
  });
const code = (found: ReturnType<typeof choose>): string | undefined => ('refusal' in found ? found.refusal.code : undefined);
const own = { service: 'web', canaryService: 'web-preview', label: { name: 'app', value: 'web-canary' }, selector: { app: 'web' } };

describe('the Services of a switch', () => {
  it('are the only one in front of the workload, and a preview Service that Alloy makes', () =>
    expect(choose({ services: [web, serviceOf('docs', { app: 'docs' })] })).toEqual({ traffic: own }));
  it('may be one of the manifests that does not exist yet', () =>
    expect(choose({ services: [], objects: [web] })).toEqual({ traffic: own }));
  it('are those that the policy names', () => {
    const services = [web, serviceOf('second', { app: 'web' }), serviceOf('staging', { app: 'web' })];
    expect(choose({ services, policy: { activeService: 'web', previewService: 'staging' } })).toEqual({
      traffic: { ...own, canaryService: 'staging', previewSelector: { app: 'web' } },
    });
  });
  it('are found by the policy\'s preview Service alone if only one other Service is left', () =>
    expect(choose({ services: [web, serviceOf('staging', { app: 'web' })], policy: { previewService: 'staging' } })).toMatchObject({
      traffic: { service: 'web', canaryService: 'staging' },
    }));
  it('have their own selectors also while an earlier release has left them switched', () => {
    const left = serviceOf('web', { app: 'web-canary' }, marked({ selector: { app: 'web' } }));
    const preview = serviceOf('staging', { app: 'web-canary' }, marked({ selector: { app: 'web' } }));
    expect(choose({ services: [left] })).toEqual({ traffic: own });
    expect(choose({ services: [left, preview], policy: { previewService: 'staging' } })).toMatchObject({
      traffic: { selector: { app: 'web' }, previewSelector: { app: 'web' } },
    });
  });

  it.each<[string, string, Partial<SwitchChoice>]>([
    ['no Service selects the pods', 'service_not_found', { services: [serviceOf('docs', { app: 'docs' })] }],
    ['a Service has no selector', 'service_not_found', { services: [serviceOf('web', {})] }],
    ['the active Service does not exist', 'service_not_found', { policy: { activeService: 'other' } }],
    ['the active Service selects other pods', 'service_unsuitable', {
      services: [web, serviceOf('docs', { app: 'docs' })], policy: { activeService: 'docs' },
    }],
    ['the preview Service does not exist', 'service_not_found', { policy: { previewService: 'other' } }],
    ['the preview Service selects other pods', 'service_unsuitable', {
      services: [web, serviceOf('docs', { app: 'docs' })], policy: { previewService: 'docs' },
    }],
    ['the only Service is the preview Service', 'service_not_found', { policy: { previewService: 'web' } }],
    ['one Service is both', 'service_unsuitable', { policy: { activeService: 'web', previewService: 'web' } }],
    ['several select the pods and the policy names none', 'service_ambiguous', { services: [web, serviceOf('second', { app: 'web' })] }],
    ['the new pods lack a label of its selector', 'service_unsuitable', {
      services: [serviceOf('web', { app: 'web', tier: 'front' })], web: labelled({ app: 'web', tier: 'front' }),
    }],
    ['its selector and that of the Deployment have no label in common', 'service_unsuitable', {
      services: [serviceOf('web', { tier: 'front' })], web: labelled({ app: 'web', tier: 'front' }),
      deployment: labelled({ app: 'web', tier: 'front' }),
    }],
    ['the name of the preview Service is taken', 'foreign_owner', { services: [web, serviceOf('web-preview', { app: 'x' })] }],
    ['the manifests have a Service of that name', 'foreign_owner', { objects: [serviceOf('web-preview', { app: 'x' })] }],
    ['the name of the preview Service is too long', 'service_unsuitable', { services: [serviceOf('w'.repeat(60), { app: 'web' })] }],
    ['another installation switches it', 'foreign_owner', {
      services: [serviceOf('web', { app: 'web' }, marked({ selector: { app: 'web' }, fence: 'other/1/1' }))],
    }],
    ['other pods have the label of the new ones', 'service_unsuitable', { deployments: [labelled({ app: 'web-canary' }, 'mine')] }],
  ])('are refused if %s (%s)', (_case, expected, over) => expect(code(choose(over))).toBe(expected));
});
