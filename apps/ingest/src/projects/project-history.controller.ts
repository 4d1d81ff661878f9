import { Projector } from '@alloy/event-store';
import { projectHistoryView, type PolicyBook, type TokenHolder } from '@alloy/ledger';
import type { ProjectHistory, ProjectHistoryEntity } from '@alloy/ledger/orm';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Caller, requireProject } from '../auth/caller';
import { Needs } from '../auth/needs';
import type { Page } from '../page';
import { POLICIES, PROJECT_HISTORY } from '../tokens';
import { knownPlace } from './known-place';
import { historyQuery } from './place-query';

/** The history of a project. */
@Controller('api/v1/projects')
export class ProjectHistoryController {
  constructor(
    @Inject(POLICIES) private readonly policies: PolicyBook,
    @Inject(PROJECT_HISTORY) private readonly releases: ProjectHistory,
    @Inject(Projector) private readonly projector: Projector,
  ) {}

  /**
   * Newest first, with all events that were committed before the request; without a planner it follows the log later.
   */
  @Get(':id/history')
  @Needs('read')
  async history(@Param('id') project: string, @Query() query: unknown, @Caller() caller: TokenHolder): Promise<Page<unknown>> {
    const { environment, cursor, limit } = historyQuery(query);
    requireProject(caller, project);
    await knownPlace(this.policies, project, environment);
    await this.projector.caughtUp(projectHistoryView);
    const found = await this.releases.read({ project, environment, limit: limit + 1, ...(cursor === undefined ? {} : { before: cursor }) });
    const items = found.slice(0, limit);
    return { items: items.map(line), nextCursor: found.length > limit ? items.at(-1)!.seq : null };
  }
}

const line = ({ releaseId, seq: _seq, requestedAt, plannedAt, endedAt, ...rest }: ProjectHistoryEntity) =>
  ({ id: releaseId, ...rest, times: { requestedAt, plannedAt, endedAt } });
