import type { TokenHolder } from '@alloy/ledger';
import type { LeftObject, RequestedStrategy } from '@alloy/release';
import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { LegacyToo, Needs } from '../auth/needs';
import { SignedToo } from '../auth/signed/signed-callers';
import { findingsOf } from '../findings-of';
import { refuse } from '../manifests/finding';
import { OncePerKey, type Asked } from '../idempotency/once-per-key';
import { valueOf } from '../refuse-with';
import { AcceptRelease, type Taken } from './accept-release';
import { deployRequestSchema, type DeployRequest } from './deploy-request';
import { readJson } from './read-json';

/** The response of the original Alloy, in its snake case. */
export interface DeployAnswer {
  readonly release_id: string;
  readonly project_id: string;
  /** As requested. */
  readonly strategy: RequestedStrategy;
  readonly status_url: string;
  /** Objects of the request that the release does not write; unset: it writes them all. */
  readonly left?: readonly LeftObject[];
}

const KNOWN = [...Object.keys(deployRequestSchema.shape), ...Object.keys(deployRequestSchema.shape.files.shape)];
const HOST = /^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;

/** The API for CI: the original Alloy's webhook. */
@Controller('api/webhook')
export class DeployController {
  constructor(@Inject(AcceptRelease) private readonly ingest: AcceptRelease) {}

  @Post('deploy')
  @Needs('deploy')
  @LegacyToo()
  @SignedToo()
  @OncePerKey(({ releaseId, request, project }, asked) => answer({ releaseId, left: request.left ?? [] }, project, request.strategy, asked))
  @HttpCode(202)
  async deploy(@Body() body: Buffer | undefined, @Caller() caller: TokenHolder, @Req() asked: Asked): Promise<DeployAnswer> {
    const request = parse(body ?? Buffer.alloc(0));
    return answer(await this.ingest.accept(request, caller), request.project_id, request.strategy, asked);
  }
}

function answer(
  { releaseId, left }: Taken,
  project: string,
  strategy: RequestedStrategy,
  { headers: { host = '' }, protocol }: Asked,
): DeployAnswer {
  const path = `/api/v1/releases/${releaseId}`;
  return {
    release_id: releaseId,
    project_id: project,
    strategy,
    status_url: HOST.test(host) ? `${protocol}://${host}${path}` : path,
    ...(left.length > 0 && { left }),
  };
}

function parse(body: Buffer): DeployRequest {
  const parsed = deployRequestSchema.safeParse(valueOf(readJson(body)), { reportInput: true });
  return parsed.success ? parsed.data : valueOf(refuse(...findingsOf(parsed.error, KNOWN)));
}
