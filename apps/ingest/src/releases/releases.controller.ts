import type { StoredEvent } from '@alloy/contracts';
import type { Ledger, Loaded, TokenHolder } from '@alloy/ledger';
import { isEnded, type State } from '@alloy/release';
import { ProblemError } from '@alloy/service';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Caller, requireProject } from '../auth/caller';
import { Needs } from '../auth/needs';
import { findingsOf } from '../findings-of';
import { refuse } from '../manifests/finding';
import { pageOf, pageQuery, type Page } from '../page';
import { valueOf } from '../refuse-with';
import { LEDGER } from '../tokens';
import { readJson } from '../webhook/read-json';
import { releaseView, type ReleaseView } from './release-view';

type Known = Exclude<State, { status: 'none' }>;

const abortSchema = z.strictObject({ reason: z.string().max(1_000).nullable().default(null) });

/** Releases, folded from the log when they are asked for. */
@Controller('api/v1/releases')
export class ReleasesController {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  @Get(':id')
  @Needs('read')
  async one(@Param('id') id: string, @Caller() caller: TokenHolder): Promise<ReleaseView> {
    return releaseView((await this.load(id, caller)).state);
  }

  @Get(':id/events')
  @Needs('read')
  async events(@Param('id') id: string, @Query() query: unknown, @Caller() caller: TokenHolder): Promise<Page<StoredEvent>> {
    const { cursor, limit } = pageQuery(query);
    const { events } = await this.load(id, caller);
    return pageOf(events.filter((event) => event.version > Number(cursor ?? 0)).slice(0, limit + 1), limit, (event) => String(event.version));
  }

  /** Asks for the end; what comes of it is for the planner to decide. */
  @Post(':id/abort')
  @Needs('operate')
  @HttpCode(202)
  async abort(@Param('id') id: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<{ readonly id: string; readonly status: string }> {
    const { reason } = parseAbort(body);
    const { state } = await this.load(id, caller);
    if (isEnded(state)) throw new ProblemError({ status: 409, code: 'too_late', detail: 'This release has ended.' });
    await this.ledger.log.append(state, [{ type: 'AbortRequested', data: { reason } }], { expected: 'any', actor: { kind: 'user', id: caller.account } });
    return { id, status: state.status };
  }

  private async load(id: string, caller: TokenHolder): Promise<Loaded & { readonly state: Known }> {
    const loaded = await this.ledger.log.load(id);
    const { state } = loaded;
    if (state.status === 'none') throw new ProblemError({ status: 404, code: 'unknown_release', detail: 'There is no such release.' });
    requireProject(caller, state.project);
    return { ...loaded, state };
  }
}

function parseAbort(body: Buffer | undefined): z.output<typeof abortSchema> {
  if (body === undefined || body.length === 0) return abortSchema.parse({});
  const parsed = abortSchema.safeParse(valueOf(readJson(body)), { reportInput: true });
  return parsed.success ? parsed.data : valueOf(refuse(...findingsOf(parsed.error, Object.keys(abortSchema.shape))));
}
