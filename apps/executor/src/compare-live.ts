import { compareWithStable, templateRelease, type Comparison, type Live, type Owner, type SealedVersion } from '@alloy/cluster';
import { ArtifactUnreadable } from '@alloy/ledger';
import type { StableRef } from '@alloy/release';
import type { InspectionPorts } from './executor-ports';

export interface ComparedLive {
  readonly comparison: Comparison;
  /** The version of the release that the live template names; null: Alloy cannot read it. */
  readonly labelled: StableRef | null;
}

interface Place {
  readonly owner: Owner;
  readonly namespace: string;
  readonly workload: string;
}

/**
 * Compares what runs with the recorded stable version. Undefined: nothing runs, there is no such version, or its
 * manifests cannot be opened.
 */
export async function compareLive(
  { web }: Pick<Live, 'web'>, stable: StableRef | null, place: Place, ports: InspectionPorts,
): Promise<ComparedLive | undefined> {
  if (!web || !stable) return undefined;
  const release = templateRelease(web.object);
  const other = release === null || release === stable.releaseId ? null : await versionOf(release, place, ports);
  const [recorded, labelled] = await Promise.all([sealed(stable, ports), other && sealed(other.ref, ports)]);
  if (!recorded) return undefined;
  const comparison = compareWithStable({
    web: web.object,
    stable: recorded,
    labelled,
    isUnfinished: other?.isUnfinished ?? false,
    owner: place.owner,
    namespace: place.namespace,
    nameHash: (content) => ports.artifacts.nameHash(place.owner.project, content),
  });
  return { comparison, labelled: labelled && other!.ref };
}

interface LabelledVersion {
  readonly ref: StableRef;
  /** Its rollback is not finished, so Alloy itself may have left its pods. */
  readonly isUnfinished: boolean;
}

/** The version of a release of this workload; null: Alloy has no such release. */
async function versionOf(releaseId: string, { owner, workload }: Place, { log }: InspectionPorts): Promise<LabelledVersion | null> {
  const { state } = await log.load(releaseId);
  if (state.status === 'none' || state.project !== owner.project || state.environment !== owner.environment) return null;
  const { artifact, image, imageTag, workload: released } = state.request;
  if (released !== workload) return null;
  return { ref: { releaseId, artifact, image, imageTag }, isUnfinished: state.status === 'stuck' };
}

/** The version with its manifests; null: they cannot be opened. */
async function sealed({ releaseId, artifact, imageTag }: StableRef, { artifacts }: InspectionPorts): Promise<SealedVersion | null> {
  try {
    return { release: releaseId, imageTag, bundle: await artifacts.open(artifact) };
  } catch (error) {
    if (error instanceof ArtifactUnreadable) return null;
    throw error;
  }
}
