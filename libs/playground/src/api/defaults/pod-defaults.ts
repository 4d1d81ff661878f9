import { at, objectOrEmpty, type JsonObject } from '../json';
import { each, fill, within } from './fill';

/** A pod's spec with the API server's defaults. */
export function defaultPodSpec(spec: unknown): JsonObject {
  const filled = fill(spec, {
    restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  const account = filled['serviceAccountName'] ?? filled['serviceAccount'];
  const named = account === undefined ? filled : { ...filled, serviceAccountName: account, serviceAccount: account };
  return ['containers', 'initContainers'].reduce(
    (done, key) => within(done, key, each(defaultContainer)),
    within(named, 'volumes', each(defaultVolume)),
  );
}

function defaultContainer(container: JsonObject): JsonObject {
  const filled = fill(container, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(String(container['image'] ?? '')),
    resources: {},
  });
  const probed = ['livenessProbe', 'readinessProbe', 'startupProbe'].reduce((done, key) => within(done, key, defaultProbe), filled);
  return within(within(probed, 'ports', each((port) => fill(port, { protocol: 'TCP' }))), 'env', each(defaultEnv));
}

const pullPolicy = (image: string): string => {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return !image.includes('@') && (!name.includes(':') || name.endsWith(':latest')) ? 'Always' : 'IfNotPresent';
};

const defaultProbe = (probe: unknown): JsonObject =>
  within(
    within(fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }), 'httpGet', (action) =>
      fill(action, { path: '/', scheme: 'HTTP' }),
    ),
    'grpc',
    (action) => fill(action, { service: '' }),
  );

/** The spec of a pod in which each request defaults to the limit. The template of a pod has no such default. */
export const defaultRequests = (spec: JsonObject): JsonObject =>
  ['containers', 'initContainers'].reduce(
    (done, key) => within(done, key, each((container) => within(container, 'resources', defaultResources))),
    spec,
  );

function defaultResources(resources: unknown): JsonObject {
  const given = objectOrEmpty(resources);
  return given['limits'] === undefined
    ? given
    : { ...given, requests: { ...objectOrEmpty(given['limits']), ...objectOrEmpty(given['requests']) } };
}

const defaultEnv = (variable: JsonObject): JsonObject =>
  at(variable, 'valueFrom', 'fieldRef') === undefined
    ? variable
    : within(variable, 'valueFrom', (from) => within(objectOrEmpty(from), 'fieldRef', (ref) => fill(ref, { apiVersion: 'v1' })));

function defaultVolume(volume: JsonObject): JsonObject {
  const modes = ['configMap', 'secret', 'projected', 'downwardAPI'].reduce(
    (done, key) => within(done, key, (source) => fill(source, { defaultMode: 420 })),
    volume,
  );
  const sources = [
    'configMap', 'secret', 'projected', 'downwardAPI', 'emptyDir', 'hostPath', 'persistentVolumeClaim', 'csi', 'nfs',
    'ephemeral', 'image',
  ];
  return sources.some((key) => modes[key] !== undefined) ? modes : Object.keys(modes).length === 1 ? { ...modes, emptyDir: {} } : modes;
}

/** A pod template: its spec, and a metadata even if it is empty. */
export const defaultTemplate = (template: unknown): JsonObject => within(fill(template, { metadata: {} }), 'spec', defaultPodSpec);
