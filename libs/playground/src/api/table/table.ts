import type { PlaygroundObject } from '../../objects';
import type { JsonObject } from '../json';
import { cellsOf } from './cells';
import { columnsOf } from './columns';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** Objects of one kind as a `Table`, as kubectl prints it. */
export function toTable(
  kind: string,
  objects: readonly PlaygroundObject[],
  metadata: JsonObject,
  include: IncludeObject,
  now: Date,
): JsonObject {
  return {
    kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata,
    columnDefinitions: columnsOf(kind),
    rows: objects.map((object) => ({
      cells: cellsOf(object, now),
      ...(include === 'None' ? {} : { object: include === 'Object' ? object : partialMetadata(object) }),
    })),
  };
}

export const partialMetadata = ({ metadata }: PlaygroundObject): JsonObject => ({
  kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata,
});
