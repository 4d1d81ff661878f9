import type { ArtifactStore, PolicyBook, StableVersions, TokenHolder } from '@alloy/ledger';
import type { ReleaseWindow } from '@alloy/release';
import { ProblemError } from '@alloy/service';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Caller, requireProject } from '../auth/caller';
import { Needs } from '../auth/needs';
import { ARTIFACTS, POLICIES, STABLE_VERSIONS } from '../tokens';
import { knownPlace } from './known-place';
import { placeQuery } from './place-query';
import { stableDriftView } from './stable-drift-view';
import { ReleaseWindows } from './release-windows';

/** The stable version of a project, and whether a release would start. */
@Controller('api/v1/projects')
export class ProjectsController {
  constructor(
    @Inject(POLICIES) private readonly policies: PolicyBook,
    @Inject(STABLE_VERSIONS) private readonly stableVersions: StableVersions,
    @Inject(ARTIFACTS) private readonly artifacts: ArtifactStore,
    @Inject(ReleaseWindows) private readonly windows: ReleaseWindows,
  ) {}

  @Get(':id/stable')
  @Needs('read')
  async stable(@Param('id') project: string, @Query() query: unknown, @Caller() caller: TokenHolder): Promise<unknown> {
    const { environment } = placeQuery(query);
    requireProject(caller, project);
    const { policy } = await knownPlace(this.policies, project, environment);
    const stable = await this.stableVersions.current(project, environment);
    if (!stable)
      throw new ProblemError({
        status: 404,
        code: 'no_stable_version',
        detail: 'This project has no stable version in this environment yet.',
      });
    const [restorable, drift] = await Promise.all([
      this.artifacts.isRestorable(stable.artifact), this.stableVersions.drift(project, environment),
    ]);
    return { project, environment, ...stable, restorable, drift: drift && stableDriftView(drift, policy.onDrift) };
  }

  /** Whether a new release would start immediately. */
  @Get(':id/window')
  @Needs('read')
  async window(@Param('id') project: string, @Query() query: unknown, @Caller() caller: TokenHolder): Promise<ReleaseWindow> {
    const { environment } = placeQuery(query);
    requireProject(caller, project);
    return this.windows.look(project, environment);
  }
}
