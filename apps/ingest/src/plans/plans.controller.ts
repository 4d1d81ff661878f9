import type { TokenHolder } from '@alloy/ledger';
import type { ProjectRegistry } from '@alloy/ledger/orm';
import { plannedPolicy } from '@alloy/policy';
import type { Payloads, PlanAnswer } from '@alloy/release';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Caller, requirePlace } from '../auth/caller';
import { Needs } from '../auth/needs';
import { newReleaseId } from '../idempotency/release-id';
import { parseBody } from '../parse-body';
import { ReleaseWindows } from '../projects/release-windows';
import { filesOf } from '../releases/files-of';
import { repoint } from '../releases/repoint';
import { PROJECT_REGISTRY } from '../tokens';
import { PrepareBundle } from '../webhook/prepare-bundle';
import { AskExecutor } from './ask-executor';
import { planAnswer } from './plan-answer';
import { knownInPlan, planSchema } from './plan-request';
import { policyToPlan } from './policy-to-plan';

/** What a release would do: the checks of a release and the inspection of the cluster, without a release. */
@Controller('api/v1/plans')
export class PlansController {
  constructor(
    @Inject(PrepareBundle) private readonly prepare: PrepareBundle,
    @Inject(AskExecutor) private readonly executor: AskExecutor,
    @Inject(ReleaseWindows) private readonly windows: ReleaseWindows,
    @Inject(PROJECT_REGISTRY) private readonly projects: ProjectRegistry,
  ) {}

  @Post()
  @Needs('deploy')
  @HttpCode(200)
  async plan(@Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<PlanAnswer> {
    const { manifests, document, ...asked } = parseBody(planSchema, body, knownInPlan);
    const { project, environment, strategy, imageTag } = asked;
    requirePlace(caller, project, environment, '/project');
    const policy = document && (await policyToPlan(document, { project, environment }, caller, this.projects));
    const order = { ...asked, resolveDigest: asked.resolveDigest, commitSha: '', files: filesOf(manifests) };
    const prepared = await this.prepare.bundle(order, caller, policy).catch((error: unknown) => {
      throw repoint(error, manifests);
    });
    const { bundle, image, replicas, left, imageDigest } = prepared;
    const request: Payloads['ReleaseRequested'] = {
      strategy, image, imageTag, commitSha: '', artifact: '', workload: bundle.workload, replicas, retryOf: null, rollbackOf: null,
      ...(imageDigest !== undefined && { imageDigest }),
      ...(left.length > 0 && { left }),
    };
    const question = { releaseId: newReleaseId(), project, environment, request, bundle, policy: policy ? plannedPolicy(policy) : null };
    const preview = await this.executor.plan(question);
    const window = await this.windows.lookIfKnown(project, environment, policy?.whenBusy);
    return planAnswer({ project, environment, request, isGiven: policy !== undefined, window }, preview);
  }
}
