import type { Loaded, ReleaseLog, TokenHolder } from '@alloy/ledger';
import type { State } from '@alloy/release';
import { ProblemError } from '@alloy/service';
import { requireProject } from '../auth/caller';

export type KnownState = Exclude<State, { status: 'none' }>;
export type KnownRelease = Loaded & { readonly state: KnownState };

/** A release that the caller may read. Throws 404 if it does not exist, 403 if it is of another project. */
export async function readRelease(log: Pick<ReleaseLog, 'load'>, id: string, caller: TokenHolder): Promise<KnownRelease> {
  const loaded = await log.load(id);
  const { state } = loaded;
  if (state.status === 'none') throw new ProblemError({ status: 404, code: 'unknown_release', detail: 'The release does not exist.' });
  requireProject(caller, state.project);
  return { ...loaded, state };
}
