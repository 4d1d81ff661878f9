import type { PlaygroundObject } from '../objects';
import { apiVersionOf, type ResourceType } from '../resources';
import { fromStored } from './event-alias';
import type { Exchange } from './exchange';
import type { JsonObject } from './json';
import { ApiError } from './status';
import { partialMetadata, toTable, type IncludeObject } from './table/table';

export type Form = 'plain' | 'Table' | 'PartialObjectMetadata';

/** The requested format: the first supported one of the Accept header; 406 if there is none. */
export function acceptedForm(accept: string | undefined): Form {
  for (const each of (accept ?? '*/*').split(',')) {
    const [media = '', ...rest] = each.split(';').map((part) => part.trim());
    const parameters = new Map(rest.map((part) => part.split('=') as [string, string]));
    if (!['application/json', 'application/*', '*/*'].includes(media)) continue;
    const as = parameters.get('as');
    if (as === undefined) return 'plain';
    if (parameters.get('v') !== 'v1') continue;
    if (as === 'Table') return 'Table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'PartialObjectMetadata';
  }
  throw new ApiError(406, 'NotAcceptable', 'only the following media types are accepted: application/json');
}

const included = ({ url }: Exchange): IncludeObject => {
  const asked = url.searchParams.get('includeObject');
  return asked === 'None' || asked === 'Object' ? asked : 'Metadata';
};

/** One object in the requested format. */
export function represent(
  exchange: Exchange, type: ResourceType, object: PlaygroundObject,
  form = acceptedForm(exchange.request.headers.accept),
): JsonObject {
  switch (form) {
    case 'plain':
      return fromStored(type, object) as unknown as JsonObject;
    case 'PartialObjectMetadata':
      return partialMetadata(object);
    case 'Table':
      return toTable(type.kind, [object], { resourceVersion: object.metadata.resourceVersion }, included(exchange), exchange.clock());
  }
}

/** A list in the requested format. */
export function representList(
  exchange: Exchange,
  type: ResourceType,
  objects: readonly PlaygroundObject[],
  metadata: JsonObject,
): JsonObject {
  const form = acceptedForm(exchange.request.headers.accept);
  switch (form) {
    case 'plain':
      return {
        kind: `${type.kind}List`,
        apiVersion: apiVersionOf(type),
        metadata,
        items: objects.map((object) => fromStored(type, object)),
      };
    case 'PartialObjectMetadata':
      return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: objects.map(partialMetadata) };
    case 'Table':
      return toTable(type.kind, objects, metadata, included(exchange), exchange.clock());
  }
}
