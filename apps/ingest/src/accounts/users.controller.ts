import type { TokenHolder } from '@alloy/ledger';
import type { UserRecord, UserRegistry } from '@alloy/ledger/orm';
import { ProblemError } from '@alloy/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { AuditTrail } from '../auth/audit-trail';
import { Caller, requireEverywhere } from '../auth/caller';
import { Needs } from '../auth/needs';
import type { Page } from '../page';
import { parseBody } from '../parse-body';
import { USER_REGISTRY } from '../tokens';
import { listPage, listQuery } from './list-query';
import { userName } from './names';

export const newUserSchema = z.strictObject({ id: userName });

/** Who may speak to Alloy; for administrators of everything. */
@Controller('api/v1/users')
export class UsersController {
  constructor(
    @Inject(USER_REGISTRY) private readonly users: UserRegistry,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Get()
  @Needs('admin')
  async list(@Query() query: unknown, @Caller() caller: TokenHolder): Promise<Page<UserRecord>> {
    requireEverywhere(caller);
    const { after, limit } = listQuery(query);
    return listPage(await this.users.list({ after, limit: limit + 1 }), limit);
  }

  @Post()
  @Needs('admin')
  async add(@Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<UserRecord> {
    requireEverywhere(caller);
    const { id } = parseBody(newUserSchema, body, Object.keys(newUserSchema.shape));
    const user = await this.users.add(id);
    if (!user) throw new ProblemError({ status: 409, code: 'user_exists', detail: 'There is a user of that name.', pointer: '/id' });
    this.audit.note('user_added', caller, id);
    return user;
  }

  /** His tokens end with him. */
  @Delete(':id')
  @HttpCode(204)
  @Needs('admin')
  async remove(@Param('id') id: string, @Caller() caller: TokenHolder): Promise<void> {
    requireEverywhere(caller);
    if (!userName.safeParse(id).success || !(await this.users.remove(id))) throw new ProblemError({ status: 404, code: 'unknown_user', detail: 'There is no such user.' });
    this.audit.note('user_removed', caller, id);
  }
}
