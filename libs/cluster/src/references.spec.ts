import type { PodTemplate } from './json';
import { referencesOf, rewriteReferences } from './references';

const template: PodTemplate = {
  metadata: { labels: { app: 'web' } },
  spec: {
    serviceAccountName: 'web',
    imagePullSecrets: [{ name: 'registry' }],
    initContainers: [{ name: 'init', envFrom: [{ prefix: 'X_', secretRef: { name: 'keys', optional: true } }] }],
    containers: [
      {
        name: 'main',
        env: [
          { name: 'PLAIN', value: 'x' },
          { name: 'FIELD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'k' } } },
          { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'c' } } },
        ],
        envFrom: [{ configMapRef: { name: 'settings' } }],
      },
    ],
    volumes: [
      { name: 'a', configMap: { name: 'files', defaultMode: 420 } },
      { name: 'b', secret: { secretName: 'certs' } },
      {
        name: 'c',
        projected: {
          defaultMode: 420,
          sources: [{ secret: { name: 'keys' } }, { configMap: { name: 'files' } }, { downwardAPI: { items: [] } }],
        },
      },
      { name: 'd', emptyDir: {} },
    ],
  },
};

describe('the references of a pod template', () => {
  it('are found once each in env, envFrom, volumes, projected volumes and init containers', () => {
    expect(
      referencesOf(template)
        .map(({ kind, name }) => `${kind}/${name}`)
        .sort(),
    ).toEqual(['ConfigMap/files', 'ConfigMap/settings', 'Secret/certs', 'Secret/keys']);
  });

  it('are renamed by kind, and the rest of the template does not change', () => {
    const renamed = rewriteReferences(template, ({ kind, name }) => `${name}-${kind === 'Secret' ? 's' : 'c'}`);
    expect(referencesOf(renamed).map(({ name }) => name).sort()).toEqual(['certs-s', 'files-c', 'keys-s', 'settings-c']);
    expect(rewriteReferences(renamed, ({ name }) => name.slice(0, -2))).toEqual(template);
  });

  it('do not exist in a template without names, which is not changed', () => {
    const nameless: PodTemplate = {
      spec: {
        containers: [
          {
            name: 'main',
            env: [
              { name: 'A', valueFrom: { secretKeyRef: { key: 'k' } } },
              { name: 'B', valueFrom: { configMapKeyRef: { key: 'k' } } },
            ],
            envFrom: [{ secretRef: {} }, { configMapRef: {} }],
          },
          { name: 'bare' },
        ],
        volumes: [
          { name: 'a', configMap: {} },
          { name: 'b', secret: {} },
          { name: 'c', projected: {} },
          { name: 'd', projected: { sources: [{ secret: {} }, { configMap: {} }] } },
        ],
      },
    };
    expect(referencesOf(nameless)).toEqual([]);
    expect(rewriteReferences(nameless, () => 'other')).toEqual(nameless);
    expect(Object.keys(rewriteReferences({ spec: { containers: [{ name: 'bare' }] } }, () => 'other').spec)).toEqual(['containers']);
    expect(Object.keys(rewriteReferences({ spec: { containers: [{ name: 'bare' }] } }, () => 'other').spec.containers[0]!)).toEqual([
      'name',
    ]);
  });

  it('are found in the order of their first use', () =>
    expect(referencesOf(template).map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      'Secret/keys',
      'ConfigMap/settings',
      'ConfigMap/files',
      'Secret/certs',
    ]));
});
