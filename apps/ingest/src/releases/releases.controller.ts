import type { StoredEvent } from '@alloy/contracts';
import type { Ledger, TokenHolder } from '@alloy/ledger';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { Needs } from '../auth/needs';
import { pageOf, pageQuery, type Page } from '../page';
import { LEDGER } from '../tokens';
import { readRelease } from './read-release';
import { releaseView, type ReleaseView } from './release-view';

/** Releases, folded from the log when they are asked for. */
@Controller('api/v1/releases')
export class ReleasesController {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  @Get(':id')
  @Needs('read')
  async one(@Param('id') id: string, @Caller() caller: TokenHolder): Promise<ReleaseView> {
    return releaseView((await readRelease(this.ledger, id, caller)).state);
  }

  @Get(':id/events')
  @Needs('read')
  async events(@Param('id') id: string, @Query() query: unknown, @Caller() caller: TokenHolder): Promise<Page<StoredEvent>> {
    const { cursor, limit } = pageQuery(query);
    const { events } = await readRelease(this.ledger, id, caller);
    return pageOf(events.filter((event) => event.version > Number(cursor ?? 0)).slice(0, limit + 1), limit, (event) => String(event.version));
  }
}
