import type { TokenHolder } from '@alloy/ledger';
import type { UserRecord, UserRegistry } from '@alloy/ledger/orm';
import { ProblemError } from '@alloy/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { AuditTrail } from '../auth/audit-trail';
import { Caller } from '../auth/caller';
import { Everywhere, Needs } from '../auth/needs';
import type { Page } from '../page';
import { parseBody } from '../parse-body';
import { USER_REGISTRY } from '../tokens';
import { listPage, listQuery } from './list-query';
import { userName } from '../requests/names';

export const newUserSchema = z.strictObject({ id: userName });

/** The users of Alloy; for administrators of all projects. */
@Controller('api/v1/users')
export class UsersController {
  constructor(
    @Inject(USER_REGISTRY) private readonly users: UserRegistry,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Get()
  @Needs('admin')
  @Everywhere()
  async list(@Query() query: unknown): Promise<Page<UserRecord>> {
    const { after, limit } = listQuery(query);
    return listPage(await this.users.list({ after, limit: limit + 1 }), limit);
  }

  @Post()
  @Needs('admin')
  @Everywhere()
  async add(@Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<UserRecord> {
    const { id } = parseBody(newUserSchema, body, Object.keys(newUserSchema.shape));
    const user = await this.users.add(id);
    if (!user)
      throw new ProblemError({ status: 409, code: 'user_exists', detail: 'A user with this name already exists.', pointer: '/id' });
    this.audit.note('user_added', caller, id);
    return user;
  }

  /** Also revokes the user's tokens. */
  @Delete(':id')
  @HttpCode(204)
  @Needs('admin')
  @Everywhere()
  async remove(@Param('id') id: string, @Caller() caller: TokenHolder): Promise<void> {
    if (!userName.safeParse(id).success || !(await this.users.remove(id)))
      throw new ProblemError({ status: 404, code: 'unknown_user', detail: 'The user does not exist.' });
    this.audit.note('user_removed', caller, id);
  }
}
