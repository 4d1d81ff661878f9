import type { ArtifactStore, ReleaseLog, RequestMarks, TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import { decodeFile } from '../manifests/decode-file';
import { ARTIFACTS, RELEASE_LOG, REQUEST_MARKS } from '../tokens';
import type { DeployRequest } from '../webhook/deploy-request';
import { isReserved, newReleaseId } from './release-id';

/**
 * Webhooks without an idempotency key: a repetition within a minute, with the same token, project, tag, commit,
 * strategy and files, is the same release.
 */
@Injectable()
export class RepeatedWebhooks {
  constructor(
    @Inject(REQUEST_MARKS) private readonly marks: RequestMarks,
    @Inject(RELEASE_LOG) private readonly log: ReleaseLog,
    @Inject(ARTIFACTS) private readonly artifacts: ArtifactStore,
  ) {}

  /**
   * Calls `make` with the id for the release, and returns that id. Rejects with the error of `make`, unless the release
   * exists by then, created by another request or by `make` itself before it failed. Two concurrent calls create one
   * release, because both append its first event.
   */
  async once(request: DeployRequest, caller: TokenHolder, make: (releaseId: Promise<string>) => Promise<unknown>): Promise<string> {
    const proposed = newReleaseId();
    // An idempotency key has already reserved the id.
    const claimed = isReserved() ? Promise.resolve(proposed) : this.marks.claim(this.markOf(request, caller), proposed);
    try {
      await make(claimed);
      return await claimed;
    } catch (error) {
      const id = await claimed.catch(() => undefined);
      const isFirstRefused = id === proposed && error instanceof ProblemError;
      if (id === undefined || isReserved() || isFirstRefused || !(await this.isThere(id))) throw error;
      return id;
    }
  }

  private async isThere(id: string): Promise<boolean> {
    return this.log.load(id).then(
      ({ state }) => state.status !== 'none',
      () => false,
    );
  }

  /** An HMAC with the project's key, because the files contain Secrets, which could be guessed from a plain digest. */
  private markOf(
    { project_id: project, image_tag: tag, commit_sha: commit, strategy, resolve_digest: resolve, files }: DeployRequest,
    { tokenId, account }: TokenHolder,
  ): string {
    const texts = Object.entries(files)
      .map(([name, value]) => [name, textOf(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return this.artifacts.nameHash(project, JSON.stringify(['webhook', tokenId, account, tag, commit, strategy, resolve ?? null, texts]));
  }
}

/** As plain text, so that base64 with different line breaks is the same file. */
const textOf = (value: string): string => {
  const text = decodeFile(value, '');
  return text.ok ? text.value : value;
};
