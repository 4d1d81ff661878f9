import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyBody } from './apply-body';

const deployment = (metadata: object, template: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...metadata },
  spec: { template: { metadata: template, spec: { containers: [{ name: 'web', image: 'shop:v1' }] } } },
});

describe('applyBody', () => {
  it.each([
    ['an empty map', {}],
    ['null (the value of an empty key in YAML)', null],
  ])('omits labels and annotations that are %s, of the object and of its pod template', (_what, empty) => {
    expect(applyBody(deployment({ labels: empty, annotations: empty }, { labels: empty, annotations: empty }))).toEqual(deployment({}, {}));
  });

  it('keeps maps with content, and empty structures and lists', () => {
    const object = {
      ...deployment({ labels: { app: 'web' }, annotations: { note: '' } }, { labels: { app: 'web' } }),
      spec: {
        template: {
          spec: {
            securityContext: {},
            volumes: [{ name: 'tmp', emptyDir: {} }],
            containers: [{ name: 'web', args: [], resources: { limits: { cpu: '1' } } }],
          },
        },
      },
    };
    expect(applyBody(object)).toEqual(object);
  });

  it('omits null values anywhere, as a creation does', () => {
    const withContainer = (more: object) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [{ name: 'web', ...more }] } } },
    });
    expect(applyBody(withContainer({ env: null, args: null, securityContext: null }))).toEqual(withContainer({}));
  });

  it.each(['data', 'binaryData', 'stringData'])('omits an empty %s', (field) => {
    expect(applyBody({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, [field]: {} })).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys' },
    });
  });

  it('omits empty limits and requests of containers', () => {
    const withResources = (resources: object) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { initContainers: [{ name: 'init', resources }], containers: [{ name: 'web', resources }] } } },
    });
    expect(applyBody(withResources({ limits: {}, requests: { cpu: '1' } }))).toEqual(withResources({ requests: { cpu: '1' } }));
  });

  it('omits each map that Kubernetes merges key by key in the kinds that a release may contain, if it is empty', () => {
    const kinds = [
      'apps.v1.Deployment',
      'core.v1.Service',
      'core.v1.ConfigMap',
      'core.v1.Secret',
      'core.v1.ServiceAccount',
      'networking.v1.Ingress',
      'autoscaling.v2.HorizontalPodAutoscaler',
      'policy.v1.PodDisruptionBudget',
    ];
    const names = kinds.flatMap((kind) => mergedMapsOf(`io.k8s.api.${kind}`));
    expect(names).toContain('annotations');
    for (const name of names)
      expect([name, applyBody({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, [name]: {} })]).toEqual([
        name,
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } },
      ]);
  });
});

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-list-type'?: string;
}

/** Kubernetes' own OpenAPI, as the playground serves it. */
const definitions = JSON.parse(readFileSync(join(__dirname, '../../../playground/src/api/schema/definitions.json'), 'utf8')) as Readonly<
  Record<string, Schema>
>;

function mergedMapsOf(definition: string, seen = new Set<string>()): string[] {
  if (seen.has(definition)) return [];
  seen.add(definition);
  const fields = Object.entries(definitions[definition]?.properties ?? {}).filter(([name]) => name !== 'status');
  return fields.flatMap(([name, schema]) => mapsBelow(name, schema, seen));
}

function mapsBelow(name: string, schema: Schema, seen: Set<string>): string[] {
  if (schema['x-kubernetes-map-type'] === 'atomic' || schema['x-kubernetes-list-type'] === 'atomic') return [];
  if (schema.additionalProperties !== undefined) return [name];
  const inner = schema.$ref ?? schema.allOf?.[0]?.$ref ?? schema.items?.$ref ?? schema.items?.allOf?.[0]?.$ref;
  const below = inner?.split('/').at(-1);
  if (below === undefined || definitions[below]?.['x-kubernetes-map-type'] === 'atomic') return [];
  return mergedMapsOf(below, seen);
}
