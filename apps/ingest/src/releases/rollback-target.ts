import type { StableVersion } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';

/** The state of a project and environment when a user requests a rollback. */
export interface Rollbackable {
  /** Every version that was stable, newest first. */
  readonly versions: readonly StableVersion[];
  /** The release that holds the slot. */
  readonly running: { readonly rollbackOf: string | null } | undefined;
  /** Whether another rollback, or any other expedited release, waits for the slot. */
  readonly urgentWaits: boolean;
}

/**
 * The release whose version is restored. If `to` is set, that release must have been stable. Else, while a release
 * runs, it is the current stable version; otherwise the stable version before the current one, where rollbacks are
 * skipped, so that two requests go back two versions, and not back and forth. Throws 404 and 409.
 */
export function rollbackTarget({ versions, running, urgentWaits }: Rollbackable, to: string | undefined): string {
  const [current] = versions;
  if (current === undefined)
    throw new ProblemError({
      status: 404,
      code: 'no_stable_version',
      detail: 'This project has no stable version in this environment yet.',
    });
  if (to !== undefined) return named(versions, to);
  if (urgentWaits || (running !== undefined && running.rollbackOf !== null)) {
    throw new ProblemError({
      status: 409,
      code: 'rollback_under_way',
      detail: 'A rollback is in progress: set `to` to the release that you want instead.',
      pointer: '/to',
    });
  }
  return idOf(running === undefined ? before(versions, current) : current);
}

function named(versions: readonly StableVersion[], to: string): string {
  const found = versions.find(({ releaseId }) => releaseId === to);
  if (!found)
    throw new ProblemError({
      status: 409,
      code: 'never_stable',
      detail: 'The release was never the stable version of this project and environment.',
      pointer: '/to',
    });
  return idOf(found);
}

/** The stable version before this one; before a rollback, the one before the restored version. */
function before(versions: readonly StableVersion[], current: StableVersion): StableVersion {
  const origin = originOf(current);
  const index = versions.findLastIndex(({ releaseId }) => releaseId === origin);
  const earlier = versions.slice(index + 1).find((version) => originOf(version) !== origin);
  if (!earlier) throw new ProblemError({ status: 409, code: 'no_earlier_version', detail: 'There is no earlier stable version.' });
  return earlier;
}

/** The first release of this version; null: it ran before Alloy. */
const originOf = ({ releaseId, rollbackOf }: StableVersion): string | null => rollbackOf ?? releaseId;

function idOf(version: StableVersion): string {
  const origin = originOf(version);
  if (origin === null)
    throw new ProblemError({
      status: 409,
      code: 'adopted_version',
      detail: 'The previous version ran before Alloy, without a release. Release its manifests instead.',
    });
  return origin;
}
