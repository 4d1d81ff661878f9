import type { Bundle } from '@alloy/contracts';
import type { ArtifactStore } from '@alloy/ledger';
import type { RunningState } from '@alloy/release';

export interface Bundles {
  readonly bundle: Bundle;
  /** null: nothing to go back to. */
  readonly stable: Bundle | null;
}

/** The release's manifests, and those to go back to. Rejects with `ArtifactUnreadable`. */
export async function openBundles(state: RunningState, artifacts: ArtifactStore): Promise<Bundles> {
  const [bundle, stable] = await Promise.all([artifacts.open(state.request.artifact), state.stable ? artifacts.open(state.stable.artifact) : null]);
  return { bundle, stable };
}
