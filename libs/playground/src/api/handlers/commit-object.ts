import type { ManagedFields, ObjectMeta, PlaygroundObject } from '../../objects';
import { apiVersionOf, eventsAlias, type ResourceType } from '../../resources';
import { timestamp } from '../../store';
import { admit } from '../admission';
import type { Manager } from '../apply/managers';
import { trackUpdate, type Tracking } from '../apply/track-update';
import { applyDefaults, initialStatus } from '../defaults/defaults';
import { storeKey } from '../event-alias';
import type { Exchange } from '../exchange';
import { schemaOf } from '../schema/schema';
import { ApiError, badRequest, conflict } from '../status';
import type { Target } from '../target';
import { validate } from '../validation/rules';
import type { WriteOptions } from '../write-options';

/** Source of managedFields: computed from an update, or by an apply. */
export type Origin = 'update' | 'apply';

export const trackingFor = ({ clock }: Exchange, type: ResourceType): Tracking => ({
  schema: schemaOf(type === eventsAlias ? 'v1' : apiVersionOf(type), type.kind),
  hasStatus: type.subresources.includes('status'),
  now: clock(),
});

export const writerOf = (type: ResourceType, options: WriteOptions, operation: Manager['operation'], subresource?: string): Manager =>
  ({ manager: options.manager, operation, apiVersion: apiVersionOf(type), ...(subresource === undefined ? {} : { subresource }) });

const serverSet = [
  'uid', 'resourceVersion', 'creationTimestamp', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds',
  'selfLink',
];

/** Creates an object: defaults, validation, managedFields; stores nothing in a dry run. */
export function commitNew(
  exchange: Exchange, target: Target, given: PlaygroundObject, options: WriteOptions, origin: Origin,
): PlaygroundObject {
  const { store } = exchange;
  const { type } = target;
  const named = withPlace(target, given);
  requireNamespace(exchange, target, named.metadata.name);
  const metadata = Object.fromEntries(Object.entries(named.metadata).filter(([key]) => !serverSet.includes(key))) as unknown as ObjectMeta;
  const { status: _status, ...body } = named;
  const status = type.subresources.includes('status') ? initialStatus(type.kind) : given.status;
  const object = applyDefaults({ ...body, metadata, ...(status === undefined ? {} : { status }) }, undefined, store);
  validate(
    type === eventsAlias ? { ...type, group: '' } : type,
    named.metadata.name === '' ? { ...object, metadata: { ...metadata, name: 'generated' } } : object,
    undefined,
  );
  admit(exchange, { ...target, dryRun: options.dryRun }, 'CREATE', object);
  const managedFields =
    origin === 'apply'
      ? given.metadata.managedFields
      : trackUpdate(undefined, object, writerOf(type, options, 'Update'), trackingFor(exchange, type));
  const complete = { ...object, metadata: { ...metadata, managedFields } };
  if (!options.dryRun)
    return store.create({ ...complete, metadata: { ...complete.metadata, name: metadata.name === '' ? undefined : metadata.name } });
  if (store.get({ resource: storeKey(type), namespace: metadata.namespace, name: metadata.name }))
    throw new ApiError(409, 'AlreadyExists', `${storeKey(type)} "${metadata.name}" already exists`, {
      name: metadata.name,
      kind: type.resource,
    });
  const name = metadata.name || `${metadata.generateName ?? ''}xxxxx`;
  return {
    ...complete,
    metadata: {
      ...complete.metadata,
      name,
      uid: '00000000-0000-4000-8000-000000000000',
      creationTimestamp: timestamp(exchange.clock()),
      ...(type.generation ? { generation: 1 } : {}),
    },
  };
}

function withPlace({ type, namespace }: Target, object: PlaygroundObject): PlaygroundObject {
  const { metadata } = object;
  if (metadata.namespace !== undefined && metadata.namespace !== (namespace ?? ''))
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (!metadata.name && !metadata.generateName) {
    throw new ApiError(422, 'Invalid', `${type.kind} "" is invalid: metadata.name: Required value: name or generateName is required`, {
      kind: type.kind,
      causes: [{ reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name' }],
    });
  }
  if (metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  return { ...object, metadata: { ...metadata, name: metadata.name ?? '', ...(type.namespaced ? { namespace } : {}) } };
}

function requireNamespace({ store }: Exchange, { type, namespace }: Target, name: string): void {
  if (namespace === undefined) return;
  const live = store.get({ resource: 'namespaces', name: namespace });
  if (!live) throw new ApiError(404, 'NotFound', `namespaces "${namespace}" not found`, { name: namespace, kind: 'namespaces' });
  if (live.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw new ApiError(403, 'Forbidden', `${storeKey(type)} "${name}" is forbidden: ${why}`, {
    name,
    kind: type.resource,
    causes: [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }],
  });
}

/** Replaces the live object; 409 if uid or resourceVersion differ. */
export function commitChange(
  exchange: Exchange, target: Target, live: PlaygroundObject, given: PlaygroundObject, options: WriteOptions,
  origin: Origin,
): PlaygroundObject {
  const { store } = exchange;
  const { type } = target;
  requireSame(target, live, given);
  const subresource = target.subresource === 'status' ? 'status' : undefined;
  const writtenTo = target.subresource === 'resize' ? 'resize' : subresource;
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generateName } =
    live.metadata;
  const metadata = {
    ...given.metadata, namespace: live.metadata.namespace, uid, resourceVersion, generation, creationTimestamp,
    deletionTimestamp, deletionGracePeriodSeconds, generateName,
  };
  const whole = subresource
    ? { ...live, status: given.status, metadata: { ...live.metadata, managedFields: metadata.managedFields } }
    : type.subresources.includes('status')
      ? { ...given, metadata, status: live.status }
      : { ...given, metadata };
  const object = subresource ? whole : applyDefaults(whole, live, store);
  validate(type === eventsAlias ? { ...type, group: '' } : type, object, live, writtenTo);
  admit(exchange, { ...target, dryRun: options.dryRun }, 'UPDATE', object);
  const managedFields =
    origin === 'apply'
      ? metadata.managedFields
      : trackUpdate(live, object, writerOf(type, options, 'Update', writtenTo), trackingFor(exchange, type));
  const complete: PlaygroundObject = {
    ...object,
    metadata: { ...object.metadata, managedFields: managedFields as ManagedFields[] | undefined },
  };
  return options.dryRun ? complete : store.update(complete, { subresource });
}

function requireSame({ type, namespace, name = '' }: Target, live: PlaygroundObject, { metadata }: PlaygroundObject): void {
  if (metadata.name !== undefined && metadata.name !== '' && metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (metadata.namespace !== undefined && metadata.namespace !== namespace)
    throw badRequest('the namespace of the object does not match the namespace on the URL');
  const what = `Operation cannot be fulfilled on ${storeKey(type)} "${name}": `;
  if (metadata.uid !== undefined && metadata.uid !== live.metadata.uid)
    throw conflict(
      type,
      name,
      `${what}Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${live.metadata.uid ?? ''}`,
    );
  if (
    metadata.resourceVersion === undefined ||
    metadata.resourceVersion === '' ||
    metadata.resourceVersion === live.metadata.resourceVersion
  )
    return;
  throw conflict(type, name, `${what}the object has been modified; please apply your changes to the latest version and try again`);
}
