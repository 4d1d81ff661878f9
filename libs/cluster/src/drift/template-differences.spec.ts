import type { PodTemplate } from '../json';
import { templateDifferences, templatePaths } from './template-differences';

const template = (container: object = {}, spec: object = {}, metadata: object = { labels: { app: 'web' } }): PodTemplate =>
  ({ metadata, spec: { containers: [{ name: 'web', image: 'shop:v1', ...container }], ...spec } }) as PodTemplate;
const WEB = 'spec.template.spec.containers[web]';

describe('templateDifferences', () => {
  it.each<[string, PodTemplate, PodTemplate]>([
    ['defaults of the API server', template(), template({ imagePullPolicy: 'IfNotPresent' }, { restartPolicy: 'Always' })],
    ['a sidecar that admission has injected', template(), template({}, { containers: [{ name: 'mesh' }, ...template().spec.containers] })],
    ['a quantity in another form', template({ resources: { limits: { cpu: '1000m' } } }),
      template({ resources: { limits: { cpu: '1' } } })],
    ['a quantity that is a number', template({ resources: { requests: { cpu: 0.5 } } }),
      template({ resources: { requests: { cpu: '500m' } } })],
    ['an empty value that the API server leaves out', template({ env: [{ name: 'A', value: '' }], args: [] }),
      template({ env: [{ name: 'A' }] })],
    ['a field without a value', template({ livenessProbe: null, resources: {} }), template()],
    ['false and 0 that the API server leaves out', template({ tty: false }, { hostNetwork: false }), template()],
    ['the default protocol of a port', template({ ports: [{ containerPort: 80 }] }),
      template({ ports: [{ containerPort: 80, protocol: 'TCP' }] })],
    ['another order of keyed elements', template({ env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }] }),
      template({ env: [{ name: 'B', value: '2' }, { name: 'A', value: '1' }] })],
    ['the labels of Alloy', template({}, {}, { labels: { 'alloy.dev/release': 'R1', 'alloy.dev/track': 'stable' } }),
      template({}, {}, { labels: { 'alloy.dev/release': 'R2' } })],
  ])('finds none in %s', (_, sealed, live) => expect(templateDifferences(sealed, live)).toEqual([]));

  it.each<[string, PodTemplate, PodTemplate, readonly string[]]>([
    ['another image', template(), template({ image: 'shop:hotfix' }), [`${WEB}.image`]],
    ['a changed variable', template({ env: [{ name: 'A', value: '1000m' }] }),
      template({ env: [{ name: 'A', value: '1' }] }), [`${WEB}.env[A].value`]],
    ['a removed variable', template({ env: [{ name: 'A', value: '1' }] }), template(), [`${WEB}.env`]],
    ['one of two variables removed', template({ env: [{ name: 'A', value: '1' }, { name: 'B' }] }),
      template({ env: [{ name: 'B' }] }), [`${WEB}.env[A]`]],
    ['a removed container', template({}, { containers: [{ name: 'web' }, { name: 'other' }] }),
      template(), ['spec.template.spec.containers[other]']],
    ['a changed quantity', template({ resources: { limits: { cpu: '1' } } }),
      template({ resources: { limits: { cpu: '2' } } }), [`${WEB}.resources.limits.cpu`]],
    ['a removed probe', template({ readinessProbe: { periodSeconds: 2 } }), template(), [`${WEB}.readinessProbe`]],
    ['other arguments', template({ args: ['a', 'b'] }), template({ args: ['a', 'c'] }), [`${WEB}.args`]],
    ['a further argument', template({ args: ['a'] }), template({ args: ['a', 'b'] }), [`${WEB}.args`]],
    ['a port with another protocol', template({ ports: [{ containerPort: 53, protocol: 'UDP' }] }),
      template({ ports: [{ containerPort: 53, protocol: 'TCP' }] }), [`${WEB}.ports[53/UDP]`]],
    ['a changed label', template(), template({}, {}, { labels: { app: 'other' } }), ['spec.template.metadata.labels.app']],
    ['a value where there was none', template({ tty: false }), template({ tty: true }), [`${WEB}.tty`]],
    ['an object in place of a text', template({ args: ['a'] }), template({ args: { a: 'b' } }), [`${WEB}.args`]],
  ])('names the path of %s', (_, sealed, live, paths) => expect(templateDifferences(sealed, live)).toEqual(paths));
});

it('templatePaths names each field as managed fields do', () =>
  expect([...templatePaths(template({ ports: [{ containerPort: 80 }], args: ['a'] }))]).toEqual(

         expect.arrayContaining([
      'spec.template.metadata.labels.app', WEB, `${WEB}.image`, `${WEB}.ports[80/TCP].containerPort`, `${WEB}.args`,
    ]),
  ));
