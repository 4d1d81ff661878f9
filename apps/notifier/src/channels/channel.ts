import type { NotifyRoute, RouteKind, RouteOf, NotificationType } from '@alloy/policy';
import type { Notification } from '../notification';

/** One message on its way. */
export interface Message<R = NotifyRoute> {
  readonly notification: Notification;
  /** One for each event and route, the same at each try: a receiver may know by it what it has. Letters, digits and `-`. */
  readonly key: string;
  readonly route: R;
  /** The first line. */
  readonly headline: string;
  /** Rejects with `SendFailure` if there is none of that name. */
  secret(name: string): Promise<string>;
  /** The thread in which this release is told over this route. */
  readonly thread: { find(): Promise<string | undefined>; keep(thread: string): Promise<void> };
}

/** A way to tell people. */
export interface Channel<R = NotifyRoute> {
  /** What it can say; default: everything. */
  readonly says?: readonly NotificationType[];
  /** Tells once per call; resolves when the receiver has it, rejects with `SendFailure` otherwise. */
  send(message: Message<R>): Promise<void>;
}

export type Channels = { readonly [K in RouteKind]: Channel<RouteOf<K>> };
