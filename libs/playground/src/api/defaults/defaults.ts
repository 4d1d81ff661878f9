import type { PlaygroundObject } from '../../objects';
import type { Store } from '../../store';
import { at, isObject, objectOrEmpty, type JsonObject } from '../json';
import { defaultAutoscaler } from './autoscaler-defaults';
import { each, fill, within } from './fill';
import { defaultPodSpec, defaultRequests, defaultTemplate } from './pod-defaults';
import { propertyOf, resolve, schemaOf } from '../schema/schema';
import { withSchemaDefaults } from './schema-defaults';
import { defaultService } from './service-defaults';

const withSpec = (object: PlaygroundObject, change: (spec: JsonObject) => JsonObject): PlaygroundObject =>
  isObject(object.spec) ? { ...object, spec: change(object.spec) } : object;

/** Sets the documented defaults of missing fields, like the API server. Idempotent. */
export function applyDefaults(object: PlaygroundObject, live: PlaygroundObject | undefined, store: Store): PlaygroundObject {
  switch (object.kind) {
    case 'Deployment':
      return withSpec(object, defaultDeployment);
    case 'ReplicaSet':
      return withSpec(object, (spec) => within(fill(spec, { replicas: 1 }), 'template', defaultTemplate));
    case 'StatefulSet':
      return withSpec(object, (spec) =>
        within(
          fill(spec, {
            replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10, updateStrategy: { type: 'RollingUpdate' },
          }),
          'template',
          defaultTemplate,
        ),
      );
    case 'DaemonSet':
      return withSpec(object, (spec) =>
        within(fill(spec, { revisionHistoryLimit: 10, updateStrategy: { type: 'RollingUpdate' } }), 'template', defaultTemplate),
      );
    case 'CronJob':
      return withSpec(object, (spec) => fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3 }));
    case 'NetworkPolicy':
      return withSpec(object, (spec) => fill(spec, { policyTypes: ['Ingress'] }));
    case 'Pod':
      return withSpec(object, (spec) =>
        fill(defaultRequests(defaultPodSpec(spec)), { serviceAccountName: 'default', serviceAccount: 'default', enableServiceLinks: true }),
      );
    case 'Job':
      return defaultJob(object, live);
    case 'Service':
      return defaultService(object, live, store);
    case 'Secret':
      return defaultSecret(object);
    case 'HorizontalPodAutoscaler':
      return withSpec(object, defaultAutoscaler);
    case 'HTTPRoute':
    case 'GRPCRoute':
      return withSpec(object, (spec) => withSchemaDefaults(spec, propertyOf(resolve(schemaOf(object.apiVersion, object.kind)), 'spec')));
    case 'Namespace':
      return {
        ...object,
        metadata: { ...object.metadata, labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name } },
        spec: fill(object.spec, { finalizers: ['kubernetes'] }),
      };
    case 'EndpointSlice':
      return within(
        object as unknown as JsonObject,
        'ports',
        each((port) => fill(port, { name: '', protocol: 'TCP' })),
      ) as unknown as PlaygroundObject;
    default:
      return object;
  }
}

function defaultDeployment(spec: JsonObject): JsonObject {
  const filled = fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} });
  const strategy = within(filled, 'strategy', (given) => {
    const typed = fill(given, { type: 'RollingUpdate' });
    return typed['type'] === 'RollingUpdate'
      ? { ...typed, rollingUpdate: fill(typed['rollingUpdate'], { maxUnavailable: '25%', maxSurge: '25%' }) }
      : typed;
  });
  return within(strategy, 'template', defaultTemplate);
}

function defaultJob(object: PlaygroundObject, live: PlaygroundObject | undefined): PlaygroundObject {
  return withSpec(object, (spec) => {
    const counted = fill(spec, {
      parallelism: 1,
      ...(spec['parallelism'] === undefined ? { completions: 1 } : {}),
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
    });
    const filled = within(fill(counted, { podReplacementPolicy: 'TerminatingOrFailed' }), 'template', defaultTemplate);
    return fill(filled, { selector: at(live, 'spec', 'selector') });
  });
}

function defaultSecret(object: PlaygroundObject): PlaygroundObject {
  const { stringData, ...rest } = object as PlaygroundObject & { readonly stringData?: unknown };
  const encoded = Object.entries(objectOrEmpty(stringData)).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  const data = encoded.length > 0 ? { data: { ...objectOrEmpty(rest['data']), ...(Object.fromEntries(encoded) as JsonObject) } } : {};
  return { ...rest, ...data, type: object['type'] ?? 'Opaque' } as PlaygroundObject;
}

/** Initial status of a new object; a status sent by the client is dropped if the kind has one. */
export function initialStatus(kind: string): JsonObject | undefined {
  switch (kind) {
    case 'Pod':
      return { phase: 'Pending', qosClass: 'BestEffort' };
    case 'Service':
      return { loadBalancer: {} };
    case 'Namespace':
      return { phase: 'Active' };
    default:
      return undefined;
  }
}
