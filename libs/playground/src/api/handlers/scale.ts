import type { PlaygroundObject } from '../../objects';
import { mediaType, parseBody, readBody, sendJson, type Exchange } from '../exchange';
import { at, isObject, objectOrEmpty, type JsonObject } from '../json';
import { schemaOf } from '../schema/schema';
import { formatLabelSelector, type LabelSelectorObject } from '../selectors/label-selector';
import { badRequest } from '../status';
import type { Target } from '../target';
import { writeOptions } from '../write-options';
import { commitChange } from './commit-object';
import { findObject } from './read';
import { patchWith } from './write';

function scaleOf(object: PlaygroundObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: at(object, 'spec', 'replicas') ?? 0 },
    status: {
      replicas: at(object, 'status', 'replicas') ?? 0,
      selector: formatLabelSelector(at(object, 'spec', 'selector') as LabelSelectorObject | undefined),
    },
  };
}

export const getScale = (exchange: Exchange, target: Target): void =>
  sendJson(exchange.response, 200, scaleOf(findObject(exchange, target)));

/** PUT or PATCH of `/scale`: changes only `spec.replicas`; a resourceVersion in it is a precondition. */
export async function writeScale(exchange: Exchange, target: Target): Promise<void> {
  const options = writeOptions(exchange);
  const kind = mediaType(exchange.request);
  const body = parseBody(await readBody(exchange.request), kind);
  const live = findObject(exchange, target);
  const scale =
    exchange.request.method === 'PUT' ? body : patchWith(kind, scaleOf(live), body, target, schemaOf('autoscaling/v1', 'Scale'));
  const replicas = at(scale, 'spec', 'replicas') ?? 0;
  if (!isObject(scale) || scale['kind'] !== 'Scale' || !Number.isInteger(replicas))
    throw badRequest('the object provided is not a Scale of autoscaling/v1');
  const metadata = {
    ...live.metadata,
    resourceVersion: at(scale, 'metadata', 'resourceVersion') as string | undefined,
    uid: (at(scale, 'metadata', 'uid') as string | undefined) ?? live.metadata.uid,
  };
  const next = { ...live, metadata, spec: { ...objectOrEmpty(live.spec), replicas } };
  const stored = commitChange(exchange, { ...target, name: live.metadata.name }, live, next, options, 'update');
  sendJson(exchange.response, 200, scaleOf(stored));
}

export const isScalable = ({ type }: Target): boolean => type.subresources.includes('scale');
