import type { ObservedPodsView, StoredEvent } from '@alloy/contracts';
import { Projector } from '@alloy/event-store';
import {
  projectHistoryView, type ArtifactStore, type ObservedPods, type ReleaseLine, type ReleaseLog, type TokenHolder,
} from '@alloy/ledger';
import type { ReleaseList } from '@alloy/ledger/orm';
import { absentPlanner, absentWorkers } from '@alloy/release';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { Needs } from '../auth/needs';
import { pageOf, pageQuery, type Page } from '../page';
import { ARTIFACTS, OBSERVED_PODS, RELEASE_LIST, RELEASE_LOG } from '../tokens';
import { cursorOf, releaseFilter } from './list-query';
import { readRelease } from './read-release';
import { releaseView, type ReleaseView } from './release-view';

/** Releases, folded from the log on request. */
@Controller('api/v1/releases')
export class ReleasesController {
  constructor(
    @Inject(RELEASE_LOG) private readonly log: ReleaseLog,
    @Inject(RELEASE_LIST) private readonly releases: ReleaseList,
    @Inject(ARTIFACTS) private readonly artifacts: ArtifactStore,
    @Inject(OBSERVED_PODS) private readonly observedPods: ObservedPods,
    @Inject(Projector) private readonly projector: Projector,
  ) {}

  /** Newest first; without `project`, of all projects of the token. */
  @Get()
  @Needs('read')
  async list(@Query() query: unknown, @Caller() caller: TokenHolder): Promise<Page<ReleaseLine>> {
    const filter = releaseFilter(query, caller);
    await this.projector.caughtUp(projectHistoryView);
    const found = await this.releases.list({ ...filter, limit: filter.limit + 1 });
    return pageOf(found, filter.limit, ({ id, times }) => cursorOf({ id, requestedAt: times.requestedAt }));
  }

  @Get(':id')
  @Needs('read')
  async one(@Param('id') id: string, @Caller() caller: TokenHolder): Promise<ReleaseView> {
    const { state, now } = await readRelease(this.log, id, caller);
    const [restorable, context] = await Promise.all([this.artifacts.isRestorable(state.request.artifact), this.log.context(state)]);
    const absent = absentPlanner(state, context, now) ?? absentWorkers(state, context.heartbeats ?? {}, now);
    return releaseView(state, restorable, absent, { context, now });
  }

  /** As the watcher last observed them; for an ended release, at its end. */
  @Get(':id/pods')
  @Needs('read')
  async pods(@Param('id') id: string, @Caller() caller: TokenHolder): Promise<ObservedPodsView> {
    const { state } = await readRelease(this.log, id, caller);
    return (await this.observedPods.find(state.releaseId)) ?? { items: [], observedAt: null };
  }

  @Get(':id/events')
  @Needs('read')
  async events(@Param('id') id: string, @Query() query: unknown, @Caller() caller: TokenHolder): Promise<Page<StoredEvent>> {
    const { cursor, limit } = pageQuery(query);
    const { events } = await readRelease(this.log, id, caller);
    return pageOf(events.filter((event) => event.version > Number(cursor ?? 0)).slice(0, limit + 1), limit, (event) =>
      String(event.version),
    );
  }
}
