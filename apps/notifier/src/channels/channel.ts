import type { NotifyRoute, RouteKind, RouteOf, NotificationType } from '@alloy/policy';
import type { Notification } from '../notification';

/** A message to send. */
export interface Message<R = NotifyRoute> {
  readonly notification: Notification;
  /**
   * One per event and route, and equal at each attempt, so that a receiver can detect duplicates. Letters, digits and
   * `-`.
   */
  readonly key: string;
  readonly route: R;
  /** The first line. */
  readonly headline: string;
  /** Rejects with `SendFailure` if the project has no secret of that name. */
  secret(name: string): Promise<string>;
  /** The route's thread for this release. */
  readonly thread: { find(): Promise<string | undefined>; keep(thread: string): Promise<void> };
}

/** A kind of notification channel. */
export interface Channel<R = NotifyRoute> {
  /** Supported notification types; default: all. */
  readonly supports?: readonly NotificationType[];
  /** Sends the message once; resolves when the receiver has accepted it, rejects with `SendFailure` otherwise. */
  send(message: Message<R>): Promise<void>;
}

export type Channels = { readonly [K in RouteKind]: Channel<RouteOf<K>> };
