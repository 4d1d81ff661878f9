import type { ArtifactStore, ReleaseLog, TokenHolder } from '@alloy/ledger';
import type { ArtifactUse, ArtifactUses } from '@alloy/ledger/orm';
import type { Payloads } from '@alloy/release';
import { ProblemError } from '@alloy/service';
import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { Needs } from '../auth/needs';
import { parseBody } from '../parse-body';
import { readRelease, type KnownRelease } from '../releases/read-release';
import { shredSchema } from '../releases/requests';
import { ARTIFACT_USES, ARTIFACTS, RELEASE_LOG } from '../tokens';

/** The response to a shredding. */
export interface Shredded {
  readonly id: string;
  /** Digest of the manifests that can no longer be opened; other releases of the same manifests share it. */
  readonly artifact: string;
  readonly restorable: false;
}

/** Destroys the key of a release's sealed manifests; its history stays. */
@Controller('api/v1/releases')
export class ShredController {
  constructor(
    @Inject(RELEASE_LOG) private readonly log: ReleaseLog,
    @Inject(ARTIFACTS) private readonly artifacts: ArtifactStore,
    @Inject(ARTIFACT_USES) private readonly uses: ArtifactUses,
  ) {}

  /** 409 without `force` if an unfinished release, or the stable version, needs them. Idempotent. */
  @Post(':id/shred')
  @HttpCode(200)
  @Needs('admin')
  async shred(@Param('id') id: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<Shredded> {
    const { adopted, force, reason } = parseBody(shredSchema, body, Object.keys(shredSchema.shape));
    const { state, events } = await readRelease(this.log, id, caller);
    const artifact = adopted ? adoptedIn(events) : state.request.artifact;
    if (!force) refuseIfUsed(await this.uses.of(artifact));
    // The key first, so that the event is never wrong. After an interruption the client repeats the request.
    await this.artifacts.shred(artifact);
    if (!events.some(({ type, data }) => type === 'ReleaseShredded' && (data as Payloads['ReleaseShredded']).artifact === artifact)) {
      await this.log.append(state, [{ type: 'ReleaseShredded', data: { artifact, forced: force, reason } }], {
        expected: 'any',
        actor: { kind: 'user', id: caller.account },
      });
    }
    return { id, artifact, restorable: false };
  }
}

/** The manifests that the release adopted; throws 409 if there are none. */
function adoptedIn(events: KnownRelease['events']): string {
  const found = events.find(({ type }) => type === 'StableAdopted');
  if (found) return (found.data as Payloads['StableAdopted']).stable.artifact;
  throw new ProblemError({ status: 409, code: 'nothing_adopted', detail: 'This release adopted no Deployment.', pointer: '/adopted' });
}

function refuseIfUsed(use: ArtifactUse): void {
  if (use === 'running')
    throw new ProblemError({
      status: 409,
      code: 'still_running',
      detail: 'A release of these manifests has not ended yet. Use force to shred them anyway.',
      pointer: '/force',
    });
  if (use === 'stable')
    throw new ProblemError({
      status: 409,
      code: 'is_stable',
      detail: 'These manifests are the stable version. Use force to shred them anyway; then no rollback to this version is possible.',
      pointer: '/force',
    });
}
