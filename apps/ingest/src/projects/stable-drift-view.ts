import type { RecordedStableDrift } from '@alloy/ledger';
import { nextByDrift, type OnDrift } from '@alloy/release';

/** What runs instead of the stable version, for the API. */
export interface StableDriftView {
  /** When the field manager wrote, else when the watcher recorded it; ISO 8601. */
  readonly since: string;
  readonly manager: string | null;
  /** Null: the Deployment does not exist any more. */
  readonly live: { readonly release: string | null; readonly image: string; readonly differences: readonly string[] } | null;
  readonly onDrift: OnDrift;
  /** What the next release will do, in one sentence. */
  readonly next: string;
}

export function stableDriftView(
  { at, changedAt, manager, live, stable }: RecordedStableDrift, onDrift: OnDrift = 'adopt',
): StableDriftView {
  return {
    since: changedAt ?? at,
    manager,
    live: live && { release: live.release, image: live.image, differences: live.differences },
    onDrift,
    next: nextByDrift(onDrift, stable, live === null),
  };
}
