import type { PolicyBook, ProjectSecrets, SecretEntry, TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Caller, requireProject } from '../auth/caller';
import { Needs } from '../auth/needs';
import type { Page } from '../page';
import { parseBody } from '../parse-body';
import { requireKnownProject, unknownProject } from '../projects/known-place';
import { secretName } from '../requests/names';
import { POLICIES, SECRETS } from '../tokens';

export const secretSchema = z.strictObject({ name: secretName, value: z.string().min(1).max(8_192) });

/**
 * A project's sealed secrets, to which its notification routes refer: they can be written, listed by name and removed,
 * but not read.
 */
@Controller('api/v1/projects/:id/secrets')
export class SecretsController {
  constructor(
    @Inject(SECRETS) private readonly secrets: ProjectSecrets,
    @Inject(POLICIES) private readonly policies: PolicyBook,
  ) {}

  @Get()
  @Needs('admin')
  async list(@Param('id') project: string, @Caller() caller: TokenHolder): Promise<Page<SecretEntry>> {
    requireProject(caller, project);
    await requireKnownProject(this.policies, project);
    return { items: await this.secrets.list(project), nextCursor: null };
  }

  /** Stores the value, and replaces an earlier one with this name. */
  @Post()
  @Needs('admin')
  async put(
    @Param('id') project: string,
    @Body() body: Buffer | undefined,
    @Caller() caller: TokenHolder,
  ): Promise<{ readonly project: string; readonly name: string }> {
    requireProject(caller, project);
    const { name, value } = parseBody(secretSchema, body, Object.keys(secretSchema.shape));
    if (!(await this.secrets.put(project, name, value, caller.account))) throw unknownProject();
    return { project, name };
  }

  @Delete(':name')
  @Needs('admin')
  @HttpCode(204)
  async remove(@Param('id') project: string, @Param('name') name: string, @Caller() caller: TokenHolder): Promise<void> {
    requireProject(caller, project);
    if (!(await this.secrets.remove(project, name)))
      throw new ProblemError({ status: 404, code: 'unknown_secret', detail: 'The secret does not exist.' });
  }
}
