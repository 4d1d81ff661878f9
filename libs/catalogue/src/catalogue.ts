import type { Payloads, ReleaseEvent, ReleaseEventType } from '@alloy/release';
import { decisions } from './decisions';
import type { ActiveState, Entries, NotificationContent } from './entry';
import { findings } from './findings';
import { intents } from './intents';
import type { KubernetesEvent } from './kubernetes-event';
import { outcomes } from './outcomes';

/** How Alloy presents each type of event; exhaustive. */
export const catalogue: Entries<ReleaseEventType> = { ...intents, ...decisions, ...outcomes, ...findings };

type Data = Payloads[ReleaseEventType];

/** An event in one sentence, for users. */
export const describeEvent = ({ type, data }: ReleaseEvent): string => (catalogue[type].sentence as (data: Data) => string)(data);

/** The Kubernetes Event for an event of the log; undefined: none. `state` is any later state of its release. */
export const kubernetesEventOf = ({ type, data }: ReleaseEvent, state: ActiveState): KubernetesEvent | undefined =>
  (catalogue[type].kubernetesEvent as ((data: Data, state: ActiveState) => KubernetesEvent | undefined) | null)?.(data, state);

/** The content of an event's notification; undefined: none. `state` is any later state of its release. */
export const notificationContentOf = ({ type, data }: ReleaseEvent, state: ActiveState): NotificationContent | undefined =>
  (catalogue[type].notification as ((data: Data, state: ActiveState) => NotificationContent | undefined) | null)?.(data, state);

/** The event types that may cause a notification. */
export const notifyingTypes: readonly ReleaseEventType[] = (Object.keys(catalogue) as ReleaseEventType[]).filter(
  (type) => catalogue[type].notification !== null,
);
