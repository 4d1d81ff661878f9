import type { TokenHolder } from '@alloy/ledger';
import type { ProjectRecord, ProjectRegistry } from '@alloy/ledger/orm';
import { ProblemError } from '@alloy/service';
import { Body, Controller, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { listPage, listQuery } from '../accounts/list-query';
import { AuditTrail, reasonField } from '../auth/audit-trail';
import { Caller, requireProject } from '../auth/caller';
import { Everywhere, Needs } from '../auth/needs';
import type { Page } from '../page';
import { PROJECT_REGISTRY } from '../tokens';
import { changedBy } from './changed-by';
import { unknownProject } from './known-place';
import { requireAuthority } from './policy-authority';
import { parseNewProject, parseProjectChange } from './project-requests';

/** Projects and their policies. */
@Controller('api/v1/projects')
export class ProjectRegistryController {
  constructor(
    @Inject(PROJECT_REGISTRY) private readonly projects: ProjectRegistry,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** The projects for which the token is valid. */
  @Get()
  @Needs('read')
  async list(@Query() query: unknown, @Caller() caller: TokenHolder): Promise<Page<ProjectRecord>> {
    const { after, limit } = listQuery(query);
    return listPage(await this.projects.list({ among: caller.projects, after, limit: limit + 1 }), limit);
  }

  @Get(':id')
  @Needs('read')
  async one(@Param('id') id: string, @Caller() caller: TokenHolder): Promise<ProjectRecord> {
    requireProject(caller, id);
    return (await this.projects.find(id)) ?? unknown();
  }

  @Post()
  @Needs('admin')
  @Everywhere()
  async create(@Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<ProjectRecord> {
    const { id, environment, policy, reason } = parseNewProject(body);
    if (!(await this.projects.create(id, { [environment]: policy }, changedBy(caller, reason))))
      throw new ProblemError({ status: 409, code: 'project_exists', detail: 'A project with this name already exists.', pointer: '/id' });
    this.audit.note('project_created', caller, id, reasonField(reason));
    return (await this.projects.find(id)) ?? unknown();
  }

  /** Changes the policy of one environment; releases that already have a plan are not affected. */
  @Patch(':id')
  @Needs('admin')
  async change(@Param('id') id: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<ProjectRecord> {
    requireProject(caller, id);
    const { environment, reason, apply } = parseProjectChange(body);
    const change = ({ policies }: ProjectRecord) => {
      const present = Object.hasOwn(policies, environment) ? policies[environment] : undefined;
      return { [environment]: requireAuthority(caller, present, apply(present)) };
    };
    const project = await this.projects.change(id, change, changedBy(caller, reason));
    if (!project) return unknown();
    const { changed, ...record } = project;
    if (changed.length > 0) this.audit.note('policy_changed', caller, id, { environment, version: record.version, ...reasonField(reason) });
    return record;
  }
}

function unknown(): never {
  throw unknownProject();
}
