import type { PlaygroundObject } from '../objects';
import { eventsAlias, resourceKey, type ResourceType } from '../resources';

/** Store key of what a type serves: both event APIs serve the same objects, kept as core events. */
export const storeKey = (type: ResourceType): string => (type === eventsAlias ? 'events' : resourceKey(type));

const renamed: ReadonlyArray<readonly [core: string, alias: string]> = [
  ['involvedObject', 'regarding'], ['message', 'note'], ['reportingComponent', 'reportingController'], ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'], ['lastTimestamp', 'deprecatedLastTimestamp'], ['count', 'deprecatedCount'],
];

const rename = (object: PlaygroundObject, apiVersion: string, names: ReadonlyMap<string, string>): PlaygroundObject =>
  ({ ...Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value])), apiVersion }) as PlaygroundObject;

/** A stored object as the type's API shows it. */
export const fromStored = (type: ResourceType, object: PlaygroundObject): PlaygroundObject => (type === eventsAlias ? rename(object, 'events.k8s.io/v1', new Map(renamed)) : object);

/** The other way round. */
export const toStored = (type: ResourceType, object: PlaygroundObject): PlaygroundObject => (type === eventsAlias ? rename(object, 'v1', new Map(renamed.map(([core, alias]) => [alias, core]))) : object);
