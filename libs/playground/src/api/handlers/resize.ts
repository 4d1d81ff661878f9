import type { PlaygroundObject } from '../../objects';
import { decodeObject } from '../decode-object';
import { mediaType, parseBody, readBody, sendJson, type Exchange } from '../exchange';
import { arrayOrEmpty, at, objectOrEmpty, type JsonObject } from '../json';
import { represent } from '../representation';
import type { Target } from '../target';
import { writeOptions } from '../write-options';
import { commitChange } from './commit-object';
import { findObject } from './read';
import { patchWith } from './write';

/**
 * PUT or PATCH of a pod's `/resize`: changes the resources of its containers in place; ignores other changes, like a
 * real API server.
 */
export async function resizePod(exchange: Exchange, target: Target): Promise<void> {
  const options = writeOptions(exchange);
  const kind = mediaType(exchange.request);
  const body = parseBody(await readBody(exchange.request), kind);
  const live = findObject(exchange, target);
  const asked = exchange.request.method === 'PUT' ? body : patchWith(kind, live as unknown as JsonObject, body, target);
  const given = decodeObject(exchange, target.type, asked, options);
  const { uid, resourceVersion, managedFields } = given.metadata;
  const resized: PlaygroundObject = {
    ...live,
    metadata: { ...live.metadata, uid, resourceVersion, managedFields },
    spec: { ...objectOrEmpty(live.spec), ...resizedLists(live, given) },
  };
  sendJson(exchange.response, 200, represent(exchange, target.type, commitChange(exchange, target, live, resized, options, 'update')));
}

/** Of the init containers only sidecars can be resized. */
function resizedLists(live: PlaygroundObject, given: PlaygroundObject): JsonObject {
  const resize = (list: string, canResize: (container: unknown) => boolean): readonly unknown[] =>
    arrayOrEmpty(at(live, 'spec', list)).map((container) =>
      canResize(container) ? withResources(container, arrayOrEmpty(at(given, 'spec', list))) : container,
    );
  const inits = resize('initContainers', (container) => at(container, 'restartPolicy') === 'Always');
  return { containers: resize('containers', () => true), ...(inits.length > 0 && { initContainers: inits }) };
}

/** A container missing in `given` keeps its resources. */
function withResources(container: unknown, given: readonly unknown[]): JsonObject {
  const asked = given.find((other) => at(other, 'name') === at(container, 'name'));
  return { ...objectOrEmpty(container), ...(asked !== undefined && { resources: at(asked, 'resources') ?? {} }) };
}
