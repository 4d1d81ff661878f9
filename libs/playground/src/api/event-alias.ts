import type { PlaygroundObject } from '../objects';
import { eventsAlias, resourceKey, type ResourceType } from '../resources';

/** Store key of a type: both event APIs serve the same objects, stored as core events. */
export const storeKey = (type: ResourceType): string => (type === eventsAlias ? 'events' : resourceKey(type));

const renamed: ReadonlyArray<readonly [core: string, alias: string]> = [
  ['involvedObject', 'regarding'], ['message', 'note'], ['reportingComponent', 'reportingController'], ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'], ['lastTimestamp', 'deprecatedLastTimestamp'], ['count', 'deprecatedCount'],
];

const rename = (object: PlaygroundObject, apiVersion: string, names: ReadonlyMap<string, string>): PlaygroundObject =>
  ({ ...Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value])), apiVersion }) as PlaygroundObject;

/** Converts a stored object to the type's API. */
export const fromStored = (type: ResourceType, object: PlaygroundObject): PlaygroundObject =>
  type === eventsAlias ? rename(object, 'events.k8s.io/v1', new Map(renamed)) : object;

/** Converts an object of the type's API for the store. */
export const toStored = (type: ResourceType, object: PlaygroundObject): PlaygroundObject =>
  type === eventsAlias ? rename(object, 'v1', new Map(renamed.map(([core, alias]) => [alias, core]))) : object;
