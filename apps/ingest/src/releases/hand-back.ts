import {
  ArtifactUnreadable, type ArtifactStore, type PolicyBook, type ReleaseKey, type ReleaseLog, type StableVersions, type TokenHolder,
} from '@alloy/ledger';
import type { ReleaseList } from '@alloy/ledger/orm';
import type { Payloads } from '@alloy/release';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import { requirePlace } from '../auth/caller';
import { newReleaseId } from '../idempotency/release-id';
import { knownPlace } from '../projects/known-place';
import { ARTIFACTS, POLICIES, RELEASE_LIST, RELEASE_LOG, STABLE_VERSIONS } from '../tokens';
import { accepted, type Accepted } from './accepted';

export interface HandBackOrder {
  readonly project: string;
  readonly environment: string;
  readonly reason: string | null;
}

type Request = Payloads['ReleaseRequested'];
type Running = Pick<Request, 'image' | 'imageTag' | 'imageDigest' | 'commitSha' | 'artifact' | 'workload' | 'replicas'>;

/** Requests that a workload is handed back to its users. */
@Injectable()
export class HandBack {
  constructor(
    @Inject(RELEASE_LOG) private readonly log: ReleaseLog,
    @Inject(POLICIES) private readonly policies: PolicyBook,
    @Inject(STABLE_VERSIONS) private readonly stable: StableVersions,
    @Inject(RELEASE_LIST) private readonly releases: ReleaseList,
    @Inject(ARTIFACTS) private readonly artifacts: ArtifactStore,
  ) {}

  /** Throws 409 while a release has not ended, and if Alloy manages nothing there. */
  async request({ project, environment, reason }: HandBackOrder, caller: TokenHolder): Promise<Accepted> {
    requirePlace(caller, project, environment);
    await knownPlace(this.policies, project, environment);
    await this.requireIdle(project, environment);
    const { imageDigest, ...running } = await this.running(project, environment);
    const data: Request = {
      ...running, ...(imageDigest !== undefined && { imageDigest }), strategy: 'handBack', retryOf: null, rollbackOf: null, reason,
    };
    const key: ReleaseKey = { releaseId: newReleaseId(), project, environment };
    const actor = { kind: 'user', id: caller.account } as const;
    await this.log.append(key, [{ type: 'ReleaseRequested', data }], { expected: 0, actor, causationId: null });
    return accepted(key, data);
  }

  private async requireIdle(project: string, environment: string): Promise<void> {
    const [first] = await this.log.unfinished(project, environment);
    if (first === undefined) return;
    const { releaseId } = first;
    throw new ProblemError({
      status: 409,
      code: 'release_running',
      detail: `Release ${releaseId} of ${environment} has not ended: wait until it has, or abort it, and hand the workload back then.`,
    });
  }

  /** What runs: the stable version, or what a release without one has left. */
  private async running(project: string, environment: string): Promise<Running> {
    const stable = await this.stable.current(project, environment);
    const release = stable ? stable.releaseId : await this.leftBy(project, environment);
    const asked = release === null ? undefined : await this.requestOf(release);
    if (stable === undefined) return asked ?? nothing(environment);
    const { artifact, image, imageTag } = stable;
    const { workload } = await this.artifacts.open(artifact).catch(unreadable);
    return { image, imageTag, artifact, workload, commitSha: asked?.commitSha ?? 'unknown', replicas: asked?.replicas ?? null };
  }

  /** The last release, if it failed: then Alloy still manages the workload. Null: there is none. */
  private async leftBy(project: string, environment: string): Promise<string | null> {
    const [last] = await this.releases.list({
      projects: [project], environment, statuses: ['failed', 'stuck', 'rolledBack', 'handedBack'], limit: 1,
    });
    return last === undefined || last.status === 'handedBack' ? null : last.id;
  }

  private async requestOf(releaseId: string): Promise<Running | undefined> {
    const { state } = await this.log.load(releaseId);
    if (state.status === 'none') return undefined;
    const { image, imageTag, imageDigest, commitSha, artifact, workload, replicas } = state.request;
    await this.artifacts.open(artifact).catch(unreadable);
    return { image, imageTag, ...(imageDigest !== undefined && { imageDigest }), commitSha, artifact, workload, replicas };
  }
}

function nothing(environment: string): never {
  const detail = `Alloy manages no workload of this project in ${environment}.`;
  throw new ProblemError({ status: 409, code: 'nothing_to_hand_back', detail });
}

function unreadable(error: unknown): never {
  if (!(error instanceof ArtifactUnreadable)) throw error;
  const detail = 'The sealed manifests of the running version can no longer be opened: release a version first.';
  throw new ProblemError({ status: 409, code: 'not_restorable', detail });
}
