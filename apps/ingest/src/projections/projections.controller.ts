import { Rebuilder, type ViewStatus } from '@alloy/event-store';
import type { TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { AuditTrail, reasonField } from '../auth/audit-trail';
import { Caller } from '../auth/caller';
import { Everywhere, Needs } from '../auth/needs';
import type { Page } from '../page';
import { parseBody } from '../parse-body';
import { reason } from '../releases/requests';

export const rebuildSchema = z.strictObject({
  /** False: the rebuilt view is only compared with the live one. */
  swap: z.boolean().default(true),
  reason,
});

/** The views that follow the log, and their rebuilds. */
@Controller('api/v1/projections')
export class ProjectionsController {
  constructor(
    @Inject(Rebuilder) private readonly rebuilder: Rebuilder,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Get()
  @Needs('admin')
  @Everywhere()
  async list(): Promise<Page<ViewStatus>> {
    return { items: await this.rebuilder.status(), nextCursor: null };
  }

  @Get(':name')
  @Needs('admin')
  @Everywhere()
  async one(@Param('name') name: string): Promise<ViewStatus> {
    const views = await this.rebuilder.status();
    const found = views.find((view) => view.name === name);
    if (!found) throw unknown(views);
    return found;
  }

  /** Starts the rebuild in the background; `GET` returns its progress and its result. */
  @Post(':name/rebuild')
  @HttpCode(202)
  @Needs('admin')
  @Everywhere()
  async rebuild(@Param('name') name: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<ViewStatus> {
    const { swap, reason } = parseBody(rebuildSchema, body, Object.keys(rebuildSchema.shape));
    await this.one(name);
    if (!(await this.rebuilder.start(name, swap)))
      throw new ProblemError({ status: 409, code: 'rebuild_running', detail: 'A rebuild of this view is already running.' });
    this.audit.note('view_rebuilt', caller, name, { swap, ...reasonField(reason) });
    return this.one(name);
  }
}

const unknown = (views: readonly ViewStatus[]): ProblemError =>
  new ProblemError({
    status: 404,
    code: 'unknown_projection',
    detail: `The view does not exist. The views are ${views.map((view) => view.name).join(', ')}.`,
  });
