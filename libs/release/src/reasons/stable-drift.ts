import type { Payloads, Reason } from '../events';
import type { OnDrift } from '../policy';
import { reason } from './reason';

/** Maximum number of paths in a text; the event has more. */
const SHOWN = 3;

/** What runs instead of the stable version, and who changed it, for users. */
export function stableDriftReason({ stable, live, manager, changedAt, target }: Payloads['StableDrifted']): Reason {
  const name = target?.workload ?? 'of the project';
  const by = manager ?? 'another client';
  const text = live
    ? `Deployment ${name} runs ${live.image} and not the stable version ${stable}: ${by} changed it${changes(live.differences)}`
    : `Deployment ${name} does not exist any more: another client deleted it, and the stable version ${stable} does not run`;
  return reason('drifted', 'cluster', text, {
    object: `Deployment/${name}`,
    manager,
    runs: live?.image ?? null,
    runsRelease: live?.release ?? null,
    recorded: stable,
    differences: live?.differences.join(', ') ?? null,
    changedAt,
  });
}

/** The stable version runs again, for users. */
export function stableRestoredReason({ stable, manager, target }: Payloads['StableRestored']): Reason {
  const name = target?.workload ?? 'of the project';
  return reason('drift_undone', 'cluster', `Deployment ${name} runs the stable version ${stable} again`, {
    object: `Deployment/${name}`,
    manager,
    recorded: stable,
  });
}

/** What the next release will do about a change by another client. `isGone`: the Deployment does not exist any more. */
export function nextByDrift(onDrift: OnDrift | undefined, stable: string, isGone: boolean): string {
  if (isGone) return 'the next release creates the Deployment again';
  switch (onDrift) {
    case 'refuse':
      return 'the next release is refused; a rollback is not (onDrift: refuse)';
    case 'overwrite':
      return `the next release replaces it, and rolls back to ${stable} if it fails (onDrift: overwrite)`;
    case 'adopt':
    case undefined:
      return 'the next release adopts what runs, not judged, as the version to roll back to (onDrift: adopt)';
  }
}

function changes(differences: readonly string[]): string {
  if (differences.length === 0) return '';
  const more = differences.length > SHOWN ? ` and ${differences.length - SHOWN} more` : '';
  return ` (${differences.slice(0, SHOWN).join(', ')}${more})`;
}
