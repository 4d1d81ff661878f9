import type { Bundle } from '@alloy/contracts';
import type { ArtifactStore } from '@alloy/ledger';
import type { RunningState } from '@alloy/release';

export interface Bundles {
  readonly bundle: Bundle;
  /** null: there is no version to roll back to. */
  readonly stable: Bundle | null;
}

/** Digests of the sealed manifests that a release needs. */
export interface SealedPair {
  readonly bundle: string;
  /** null: there is no version to roll back to. */
  readonly stable: string | null;
}

/** Bundles that are being opened. */
export interface Opened {
  readonly sealed: SealedPair;
  readonly bundles: Promise<Bundles>;
}

export const sealedOf = ({ request, stable }: RunningState): SealedPair => ({ bundle: request.artifact, stable: stable?.artifact ?? null });
export const isSamePair = (a: SealedPair, b: SealedPair): boolean => a.bundle === b.bundle && a.stable === b.stable;

/** Opens the release's manifests and those of the stable version. Rejects with `ArtifactUnreadable`. */
export async function openBundles(sealed: SealedPair, artifacts: ArtifactStore): Promise<Bundles> {
  const [bundle, stable] = await Promise.all([
    artifacts.open(sealed.bundle), sealed.stable === null ? null : artifacts.open(sealed.stable),
  ]);
  return { bundle, stable };
}
