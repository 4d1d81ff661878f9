import type { Bundle } from '@alloy/contracts';
import type { LiveVersion } from '@alloy/release';
import type { NameHash } from '../copies';
import type { Owner } from '../fence';
import { imageOf } from '../inspection/adopt';
import type { Deployment, PodTemplate } from '../json';
import { templateRelease } from '../live';
import { revisionOf } from '../revision';
import { keyOf } from '../with-owner';
import { bundleOfLive } from './bundle-of-live';
import { foreignAdditions } from './foreign-additions';
import { templateDifferences } from './template-differences';

/** Maximum number of paths that are recorded. */
const MAX_PATHS = 20;

/** A version that Alloy has sealed. `release`: value of the release label on its pods; null: it was adopted. */
export interface SealedVersion {
  readonly release: string | null;
  readonly imageTag: string;
  readonly bundle: Bundle;
}

export interface CompareInput {
  readonly web: Deployment;
  /** The recorded stable version. */
  readonly stable: SealedVersion;
  /** The version of the release that the label of the live template names, if that is another one and can be read. */
  readonly labelled: SealedVersion | null;
  /** Whether Alloy itself left the version `labelled` behind: its rollback is not finished. */
  readonly isUnfinished: boolean;
  readonly owner: Owner;
  readonly namespace: string;
  readonly nameHash: NameHash;
}

export interface Comparison {
  readonly live: LiveVersion;
  /**
   * What runs instead of the recorded version. `labelled`: the version of that release, exactly. A bundle: the changed
   * version of a release. `unknown`: none of a release. Null: the recorded version runs, or Alloy left what runs.
   */
  readonly running: 'labelled' | 'unknown' | { readonly release: string; readonly bundle: Bundle } | null;
  /** Keys of the copies that Alloy would create again if it rolled back to `running`. */
  readonly copies: ReadonlySet<string>;
}

/** Compares the pod template that runs with the one that Alloy remembers as stable. Pure. */
export function compareWithStable(input: CompareInput): Comparison {
  const { web, stable, labelled, isUnfinished } = input;
  const release = templateRelease(web);
  const differences = differencesTo(stable, input);
  const matches = release === stable.release && differences.length === 0;
  const isLabelled = labelled !== null && release !== stable.release && differencesTo(labelled, input).length === 0;
  const isLeft = isLabelled && isUnfinished;
  const live: LiveVersion = {
    release,
    image: imageOf(web, stable.bundle),
    matches,
    stable: stable.imageTag,
    differences: differences.slice(0, MAX_PATHS),
    ...(isLeft && { unfinished: true }),
  };
  if (matches || isLeft) return { live, running: null, copies: new Set() };
  const running = isLabelled ? 'labelled' : changed(input, release);
  return { live, running, copies: copiesOf(running === 'labelled' ? labelled : running, input) };
}

function copiesOf(version: Pick<SealedVersion, 'release' | 'bundle'> | Comparison['running'], input: CompareInput): ReadonlySet<string> {
  if (version === null || typeof version === 'string') return new Set();
  return new Set(revisionOf({ ...input, ...version }).copies.map(keyOf));
}

/** The version that runs, as a changed version of the release that its label names, if Alloy knows that release. */
function changed({ web, stable, labelled, nameHash }: CompareInput, release: string | null): Comparison['running'] {
  const base = release === stable.release ? stable : labelled;
  if (!base || base.release === null) return 'unknown';
  return { release: base.release, bundle: bundleOfLive(web, base.bundle, nameHash) };
}

function differencesTo(version: SealedVersion, { web, owner, namespace, nameHash }: CompareInput): readonly string[] {
  const sealed: PodTemplate = revisionOf({ ...version, owner, namespace, nameHash }).asked.spec.template;
  const found = [...templateDifferences(sealed, web.spec.template), ...foreignAdditions(web, sealed)];
  return [...new Set(found)];
}
