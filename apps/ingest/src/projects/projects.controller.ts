import { Projector } from '@alloy/event-store';
import { projectHistoryView, type Ledger, type TokenHolder } from '@alloy/ledger';
import { readHistory, type ProjectHistoryEntity } from '@alloy/ledger/orm';
import { ProblemError } from '@alloy/service';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Caller, requireProject } from '../auth/caller';
import { Needs } from '../auth/needs';
import type { Page } from '../page';
import { LEDGER } from '../tokens';
import { knownPlace } from './known-place';
import { historyQuery, placeQuery } from './place-query';
import type { ReleaseWindow } from './release-window';
import { ReleaseWindows } from './release-windows';

/** What a project's clients want to know: what is stable, and what was released. */
@Controller('api/v1/projects')
export class ProjectsController {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(DataSource) private readonly source: DataSource,
    @Inject(Projector) private readonly projector: Projector,
    @Inject(ReleaseWindows) private readonly windows: ReleaseWindows,
  ) {}

  @Get(':id/stable')
  @Needs('read')
  async stable(@Param('id') project: string, @Query() query: unknown, @Caller() caller: TokenHolder): Promise<unknown> {
    const { environment } = placeQuery(query);
    requireProject(caller, project);
    await knownPlace(this.ledger, project, environment);
    const stable = await this.ledger.stable.current(project, environment);
    if (!stable) throw new ProblemError({ status: 404, code: 'no_stable_version', detail: 'No version of this project is stable there yet.' });
    return { project, environment, ...stable, restorable: await this.ledger.artifacts.isRestorable(stable.artifact) };
  }

  /** Whether a release that came now would begin at once. */
  @Get(':id/window')
  @Needs('read')
  async window(@Param('id') project: string, @Query() query: unknown, @Caller() caller: TokenHolder): Promise<ReleaseWindow> {
    const { environment } = placeQuery(query);
    requireProject(caller, project);
    return this.windows.look(project, environment);
  }

  /** Newest first, with all that was committed before it was asked for; without a planner it follows the log later. */
  @Get(':id/history')
  @Needs('read')
  async history(@Param('id') project: string, @Query() query: unknown, @Caller() caller: TokenHolder): Promise<Page<unknown>> {
    const { environment, cursor, limit } = historyQuery(query);
    requireProject(caller, project);
    await knownPlace(this.ledger, project, environment);
    await this.projector.caughtUp(projectHistoryView);
    const found = await readHistory(this.source, { project, environment, limit: limit + 1, ...(cursor === undefined ? {} : { before: cursor }) });
    const items = found.slice(0, limit);
    return { items: items.map(line), nextCursor: found.length > limit ? items.at(-1)!.seq : null };
  }
}

const line = ({ releaseId, seq: _seq, requestedAt, plannedAt, endedAt, ...rest }: ProjectHistoryEntity) => ({ id: releaseId, ...rest, times: { requestedAt, plannedAt, endedAt } });
