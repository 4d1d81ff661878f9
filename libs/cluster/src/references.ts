import type { V1Container, V1EnvFromSource, V1EnvVar, V1PodSpec, V1Volume } from '@kubernetes/client-node';
import type { Json, PodTemplate } from './json';

/** A ConfigMap or Secret that a pod template reads. */
export interface Reference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
}

/** Returns the new name of a reference. */
export type Rename = (reference: Reference) => string;

const rename = (to: Rename, kind: Reference['kind'], name: string): string => to({ kind, name });

/**
 * Renames the ConfigMaps and Secrets in env, envFrom, volumes and projected volumes; the rest of the template does not
 * change.
 */
export function rewriteReferences(template: PodTemplate, to: Rename): PodTemplate {
  const { containers, initContainers, volumes } = template.spec;
  const spec: Json<V1PodSpec> = {
    ...template.spec,
    containers: containers.map((container) => rewriteContainer(container, to)),
    ...(initContainers && { initContainers: initContainers.map((container) => rewriteContainer(container, to)) }),
    ...(volumes && { volumes: volumes.map((volume) => rewriteVolume(volume, to)) }),
  };
  return { ...template, spec };
}

/** Each ConfigMap and Secret that the template reads, once, in the order of first use. */
export function referencesOf(template: PodTemplate): readonly Reference[] {
  const found = new Map<string, Reference>();
  rewriteReferences(template, (reference) => {
    found.set(`${reference.kind}/${reference.name}`, reference);
    return reference.name;
  });
  return [...found.values()];
}

/** The ConfigMaps and Secrets without which the pods cannot start: those that are not optional. */
export function requiredReferences(template: PodTemplate): readonly Reference[] {
  const { containers, initContainers = [], volumes = [] } = template.spec;
  const spec = {
    ...template.spec,
    containers: containers.map(withoutOptional),
    initContainers: initContainers.map(withoutOptional),
    volumes: volumes.filter(({ configMap, secret }) => !configMap?.optional && !secret?.optional).map(requiredSources),
  };
  return referencesOf({ ...template, spec });
}

const withoutOptional = (container: Json<V1Container>): Json<V1Container> => ({
  ...container,
  env: (container.env ?? []).filter(({ valueFrom }) => !valueFrom?.configMapKeyRef?.optional && !valueFrom?.secretKeyRef?.optional),
  envFrom: (container.envFrom ?? []).filter(({ configMapRef, secretRef }) => !configMapRef?.optional && !secretRef?.optional),
});

const requiredSources = (volume: Json<V1Volume>): Json<V1Volume> =>
  volume.projected?.sources
    ? {
        ...volume,
        projected: {
          ...volume.projected,
          sources: volume.projected.sources.filter(({ configMap, secret }) => !configMap?.optional && !secret?.optional),
        },
      }
    : volume;

function rewriteContainer(container: Json<V1Container>, to: Rename): Json<V1Container> {
  return {
    ...container,
    ...(container.env && { env: container.env.map((variable) => rewriteEnv(variable, to)) }),
    ...(container.envFrom && { envFrom: container.envFrom.map((source) => rewriteEnvFrom(source, to)) }),
  };
}

function rewriteEnv(variable: Json<V1EnvVar>, to: Rename): Json<V1EnvVar> {
  const from = variable.valueFrom;
  if (from?.configMapKeyRef?.name !== undefined) {
    return {
      ...variable,
      valueFrom: { ...from, configMapKeyRef: { ...from.configMapKeyRef, name: rename(to, 'ConfigMap', from.configMapKeyRef.name) } },
    };
  }
  if (from?.secretKeyRef?.name !== undefined) {
    return {
      ...variable,
      valueFrom: { ...from, secretKeyRef: { ...from.secretKeyRef, name: rename(to, 'Secret', from.secretKeyRef.name) } },
    };
  }
  return variable;
}

function rewriteEnvFrom(source: Json<V1EnvFromSource>, to: Rename): Json<V1EnvFromSource> {
  return {
    ...source,
    ...(source.configMapRef?.name !== undefined && {
      configMapRef: { ...source.configMapRef, name: rename(to, 'ConfigMap', source.configMapRef.name) },
    }),
    ...(source.secretRef?.name !== undefined && { secretRef: { ...source.secretRef, name: rename(to, 'Secret', source.secretRef.name) } }),
  };
}

function rewriteVolume(volume: Json<V1Volume>, to: Rename): Json<V1Volume> {
  return {
    ...volume,
    ...(volume.configMap?.name !== undefined && {
      configMap: { ...volume.configMap, name: rename(to, 'ConfigMap', volume.configMap.name) },
    }),
    ...(volume.secret?.secretName !== undefined && {
      secret: { ...volume.secret, secretName: rename(to, 'Secret', volume.secret.secretName) },
    }),
    ...(volume.projected?.sources && {
      projected: { ...volume.projected, sources: volume.projected.sources.map((source) => rewriteSource(source, to)) },
    }),
  };
}

type Source = NonNullable<NonNullable<Json<V1Volume>['projected']>['sources']>[number];

function rewriteSource(source: Source, to: Rename): Source {
  return {
    ...source,
    ...(source.configMap?.name !== undefined && {
      configMap: { ...source.configMap, name: rename(to, 'ConfigMap', source.configMap.name) },
    }),
    ...(source.secret?.name !== undefined && { secret: { ...source.secret, name: rename(to, 'Secret', source.secret.name) } }),
  };
}
