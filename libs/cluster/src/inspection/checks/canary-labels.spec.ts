import { bundleOf, deployment, service } from '../../testing/fixtures';
import { canaryLabels } from './canary-labels';
import type { InspectInput } from '../inspect';

const input = (labels: Readonly<Record<string, string>>, over: Partial<InspectInput> = {}): InspectInput => {
  const web = deployment('shop:v2');
  const template = { ...web.spec.template, metadata: { labels: { app: 'web', role: 'web', team: 'a' } } };
  const spec = { ...web.spec, selector: { matchLabels: { app: 'web' } }, template };
  const behind = { ...service, spec: { selector: { app: 'web', role: 'web' } } };
  const bundle = { ...bundleOf('v2'), objects: [{ ...web, spec }, behind] };
  const canary = { canaryMetadata: { labels } };
  return { bundle, live: { shared: new Map() }, wantsCanary: true, canary, ...over } as unknown as InspectInput;
};

describe('labels of the canary', () => {
  it.each([
    ['the Deployment', { app: 'canary' }, /Deployment web selects pods by label app/],
    ['a Service', { role: 'canary' }, /Service web selects pods by label role/],
  ])('are refused if %s selects by one of them', (_, labels, text) =>
    expect(canaryLabels(input(labels))).toMatchObject({ code: 'canary_label_selected', text: expect.stringMatching(text) }));

  it('are accepted if nothing selects by them, or if they have the value of the manifest', () =>
    expect(canaryLabels(input({ team: 'b', role: 'web' }))).toBeNull());

  it('do not concern a rollout', () => expect(canaryLabels(input({ app: 'canary' }, { wantsCanary: false }))).toBeNull());

  it('are compared with the live Service', () => {
    const live = { shared: new Map([['Service/web', { ...service, spec: { selector: { team: 'a' } } }]]) };
    expect(canaryLabels(input({ team: 'b' }, { live: live as unknown as InspectInput['live'] }))).toMatchObject({
      text: expect.stringContaining('label team'),
    });
  });
});
