import type { Propagation } from '../../deletion';
import type { DeleteOptions } from '../../store';
import { storeKey } from '../event-alias';
import { mediaType, parseBody, readBody, sendJson, type Exchange } from '../exchange';
import { at, isObject } from '../json';
import { represent, representList } from '../representation';
import { badRequest, success } from '../status';
import type { Target } from '../target';
import { findObject, selectorOf } from './read';

type Options = DeleteOptions & { readonly dryRun: boolean };

/** DELETE of one object: answers a Status if it is removed, the object if its deletion is pending. */
export async function deleteObject(exchange: Exchange, target: Target): Promise<void> {
  const { dryRun, ...options } = await deleteOptions(exchange);
  const { type, namespace, name = '' } = target;
  const live = findObject(exchange, target);
  const done = dryRun ? { object: live, gone: true } : exchange.store.delete({ resource: storeKey(type), namespace, name }, options);
  sendJson(exchange.response, 200, done.gone ? success(type, name, live.metadata.uid) : represent(exchange, type, done.object));
}

/** DELETE of all selected objects; answers the list of them. */
export async function deleteCollection(exchange: Exchange, target: Target): Promise<void> {
  const { dryRun, uid: _uid, resourceVersion: _version, ...options } = await deleteOptions(exchange);
  const { store, response } = exchange;
  const found = store.list(storeKey(target.type), target.namespace, selectorOf(exchange, target));
  if (!dryRun)
    for (const { metadata } of found)
      store.delete(
        { resource: storeKey(target.type), namespace: metadata.namespace, name: metadata.name },
        { ...options, uid: metadata.uid },
      );
  sendJson(response, 200, representList(exchange, target.type, found, { resourceVersion: String(store.resourceVersion) }));
}

async function deleteOptions({ request, url }: Exchange): Promise<Options> {
  const body = parseBody(await readBody(request), mediaType(request)) ?? {};
  if (!isObject(body)) throw badRequest('the object provided is unrecognized (must be of type DeleteOptions)');
  const query = url.searchParams;
  const grace = body['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds') ?? undefined;
  const orphans = body['orphanDependents'] ?? query.get('orphanDependents') ?? undefined;
  const propagation =
    body['propagationPolicy'] ??
    query.get('propagationPolicy') ??
    (orphans === undefined ? undefined : String(orphans) === 'true' ? 'Orphan' : 'Background');
  if (propagation !== undefined && !['Background', 'Foreground', 'Orphan'].includes(String(propagation)))
    throw badRequest(`DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: ${JSON.stringify(propagation)}`);
  if (grace !== undefined && !(Number(grace) >= 0)) throw badRequest('gracePeriodSeconds must not be negative');
  const dryRun = [...query.getAll('dryRun'), ...(Array.isArray(body['dryRun']) ? (body['dryRun'] as string[]) : [])];
  return {
    uid: at(body, 'preconditions', 'uid') as string | undefined,
    resourceVersion: at(body, 'preconditions', 'resourceVersion') as string | undefined,
    propagation: propagation as Propagation | undefined,
    gracePeriodSeconds: grace === undefined ? undefined : Number(grace),
    dryRun: dryRun.includes('All'),
  };
}
