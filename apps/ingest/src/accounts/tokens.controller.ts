import { createHash, randomBytes } from 'node:crypto';
import { covers, EVERY_PROJECT, scopes } from '@alloy/contracts';
import type { TokenHolder } from '@alloy/ledger';
import type { ProjectRegistry, TokenRecord, TokenRegistry, UserRegistry } from '@alloy/ledger/orm';
import { ProblemError } from '@alloy/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { AuditTrail, reasonField } from '../auth/audit-trail';
import { Caller, requireEverywhere, requireProject } from '../auth/caller';
import { Needs } from '../auth/needs';
import { instant } from '../requests/instant';
import type { Page } from '../page';
import { parseBody, parseValue } from '../parse-body';
import { reason, reasonText } from '../releases/requests';
import { PROJECT_REGISTRY, TOKEN_REGISTRY, USER_REGISTRY } from '../tokens';
import { listPage, listQuery } from './list-query';
import { projectName, tokenId, userName } from '../requests/names';
import { sentAs } from '../requests/sent-as';

export const newTokenSchema = z.strictObject({
  /** A name to recognize the token by. */
  name: z
    .string()
    .regex(/^[\x20-\x7e]{0,100}$/, 'A name has up to 100 plain characters.')
    .default(''),
  /** The token's user; default: the caller. Only an administrator of all projects may set another user. */
  user: userName.optional(),
  scope: z.enum(scopes, `scope is ${scopes.join(', ')}.`),
  /** `*`: all projects, including future ones. */
  projects: z
    .array(z.union([projectName, z.literal(EVERY_PROJECT)], 'This is not a valid name of a project.'))
    .min(1, 'A token is for one project at least.')
    .max(100),
  /** Default: never. */
  expiresAt: instant('expiresAt must be a time, for example 2030-01-31T12:00:00Z.').nullable().default(null),
  reason,
});
export type NewTokenRequest = z.output<typeof newTokenSchema>;

/** Query of a revocation. */
export const revocationSchema = z.object({ reason: sentAs(reasonText.nullable().default(null), reasonText) });
export const ofUserSchema = z.object({ user: userName.optional() });

/** Tokens: an administrator lists, creates and revokes tokens with no more permissions than the administrator's own. */
@Controller('api/v1/tokens')
export class TokensController {
  constructor(
    @Inject(TOKEN_REGISTRY) private readonly tokens: TokenRegistry,
    @Inject(USER_REGISTRY) private readonly users: UserRegistry,
    @Inject(PROJECT_REGISTRY) private readonly projects: ProjectRegistry,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Get()
  @Needs('admin')
  async list(@Query() query: unknown, @Caller() caller: TokenHolder): Promise<Page<TokenRecord>> {
    const { after, limit } = listQuery(query);
    const { user } = parseValue(ofUserSchema, query, ['user']);
    return listPage(await this.tokens.list({ among: caller.projects, user, after, limit: limit + 1 }), limit);
  }

  /** The response contains the text of the token, which is not stored and cannot be shown again. */
  @Post()
  @Needs('admin')
  async create(@Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<TokenRecord & { readonly token: string }> {
    const { user = caller.account, reason, ...request } = parseBody(newTokenSchema, body, Object.keys(newTokenSchema.shape));
    await this.check({ ...request, user }, caller);
    const text = `alloy_${randomBytes(32).toString('base64url')}`;
    const expiresAt = request.expiresAt === null ? null : new Date(request.expiresAt);
    const made = await this.tokens.add({ ...request, user, expiresAt, sha256: createHash('sha256').update(text).digest('hex') });
    if (!made) throw new ProblemError({ status: 422, code: 'expired', detail: 'This time has passed.', pointer: '/expiresAt' });
    this.audit.note('token_created', caller, made.id, { user, scope: made.scope, projects: made.projects, ...reasonField(reason) });
    return { ...made, token: text };
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs('admin')
  async revoke(@Param('id') id: string, @Query() query: unknown, @Caller() caller: TokenHolder): Promise<void> {
    const { reason } = parseValue(revocationSchema, query, Object.keys(revocationSchema.shape));
    if (!tokenId.safeParse(id).success || !(await this.tokens.revoke(id, caller.projects)))
      throw new ProblemError({ status: 404, code: 'unknown_token', detail: 'The token does not exist.' });
    this.audit.note('token_revoked', caller, id, reasonField(reason));
  }

  /**
   * No caller can give a token more permissions than its own, or another user, except an administrator of all projects.
   */
  private async check(
    { user, scope, projects }: Pick<NewTokenRequest, 'scope' | 'projects'> & { readonly user: string },
    caller: TokenHolder,
  ): Promise<void> {
    if (!covers(caller.scope, scope))
      throw new ProblemError({
        status: 403,
        code: 'forbidden_scope',
        detail: 'The scope of this token does not allow this.',
        pointer: '/scope',
      });
    projects.forEach((project, index) => requireProject(caller, project, `/projects/${index}`));
    if (user !== caller.account) requireEverywhere(caller, '/user');
    if (!(await this.users.exists(user)))
      throw new ProblemError({ status: 422, code: 'unknown_user', detail: 'The user does not exist.', pointer: '/user' });
    const [unknown] = await this.projects.unknownAmong(projects.filter((project) => project !== EVERY_PROJECT));
    if (unknown !== undefined)
      throw new ProblemError({
        status: 422, code: 'unknown_project', detail: 'The project does not exist.',
        pointer: `/projects/${projects.indexOf(unknown)}`,
      });
  }
}
