import type { StableVersion } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';

/** What goes on in a project and environment when somebody wants to go back. */
export interface Rollbackable {
  /** Every version that was stable, newest first. */
  readonly versions: readonly StableVersion[];
  /** The release that holds the slot. */
  readonly running: { readonly rollbackOf: string | null } | undefined;
  /** Whether another rollback, or anything else that is wanted at once, waits for the slot. */
  readonly urgentWaits: boolean;
}

/**
 * The release whose version is brought back. Named by `to`, it must have been stable once. Else, while a release runs, it is the version that runs beside it;
 * and otherwise the stable one before the present one: rollbacks themselves are passed over, so that asking twice goes back two versions and not forth again.
 * Throws 404 and 409.
 */
export function rollbackTarget({ versions, running, urgentWaits }: Rollbackable, to: string | undefined): string {
  const [current] = versions;
  if (current === undefined) throw new ProblemError({ status: 404, code: 'no_stable_version', detail: 'No version of this project is stable there yet.' });
  if (to !== undefined) return named(versions, to);
  if (urgentWaits || (running !== undefined && running.rollbackOf !== null)) {
    throw new ProblemError({ status: 409, code: 'rollback_under_way', detail: 'A rollback is under way: name the version that you want instead.', pointer: '/to' });
  }
  return idOf(running === undefined ? before(versions, current) : current);
}

function named(versions: readonly StableVersion[], to: string): string {
  const found = versions.find(({ releaseId }) => releaseId === to);
  if (!found) throw new ProblemError({ status: 409, code: 'never_stable', detail: 'No release of that id was ever the stable version of this project and environment.', pointer: '/to' });
  return idOf(found);
}

/** The stable version before this one; before a rollback, the one before the version that it brought back. */
function before(versions: readonly StableVersion[], current: StableVersion): StableVersion {
  const origin = originOf(current);
  const index = versions.findLastIndex(({ releaseId }) => releaseId === origin);
  const earlier = versions.slice(index + 1).find((version) => originOf(version) !== origin);
  if (!earlier) throw new ProblemError({ status: 409, code: 'no_earlier_version', detail: 'There is no earlier stable version to go back to.' });
  return earlier;
}

/** The release that was the first to bring this version; null: it ran before Alloy. */
const originOf = ({ releaseId, rollbackOf }: StableVersion): string | null => rollbackOf ?? releaseId;

function idOf(version: StableVersion): string {
  const origin = originOf(version);
  if (origin === null) throw new ProblemError({ status: 409, code: 'adopted_version', detail: 'The version before ran before Alloy did: it is no release that could be brought back. Release its manifests instead.' });
  return origin;
}
