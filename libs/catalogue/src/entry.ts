import type { NotificationType } from '@alloy/policy';
import type { Payloads, Reason, ReleaseEventType, State } from '@alloy/release';
import type { KubernetesEvent } from './kubernetes-event';

/** State of a release that has been requested. */
export type ActiveState = Exclude<State, { status: 'none' }>;

/** A notification's type and content. */
export interface NotificationContent {
  readonly type: NotificationType;
  readonly reason: Reason;
  /** The finished stage, for `stagePassed`: its weight in percent, or where the new pods of blueGreen were. */
  readonly stage?: string;
}

/** How Alloy presents events of one type. In each function `state` is any later state of the release. */
export interface Entry<T extends ReleaseEventType> {
  /** One sentence for the timeline, the API and the command line. */
  readonly sentence: (data: Payloads[T]) => string;
  /** The Kubernetes Event on the Deployment; null: none for this type, undefined: none for this event. */
  readonly kubernetesEvent: ((data: Payloads[T], state: ActiveState) => KubernetesEvent | undefined) | null;
  /** The notification; null: none for this type, undefined: none for this event. */
  readonly notification: ((data: Payloads[T], state: ActiveState) => NotificationContent | undefined) | null;
}

export type Entries<T extends ReleaseEventType> = { readonly [K in T]: Entry<K> };
