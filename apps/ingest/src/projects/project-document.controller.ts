import { EVERY_PROJECT } from '@alloy/contracts';
import type { TokenHolder } from '@alloy/ledger';
import type { ProjectRegistry } from '@alloy/ledger/orm';
import { diffPolicies, documentOf, type PolicyDifference, type ProjectDocument } from '@alloy/policy';
import { ProblemError } from '@alloy/service';
import { Body, Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { AuditTrail, reasonField } from '../auth/audit-trail';
import { Caller, requireProject } from '../auth/caller';
import { Needs } from '../auth/needs';
import { PROJECT_REGISTRY } from '../tokens';
import { changedBy } from './changed-by';
import { unknownProject } from './known-place';
import { parseDocument } from './project-requests';
import { changedSince, NOTHING, requireChange, type Stored } from './require-change';

interface Applied {
  readonly document: ProjectDocument;
  /** Whether the project is new. */
  readonly created: boolean;
  readonly dryRun: boolean;
  readonly differences: readonly PolicyDifference[];
}

const NAME = '/document/metadata/name';

/** A project as one document. */
@Controller('api/v1/projects/:id/document')
export class ProjectDocumentController {
  constructor(
    @Inject(PROJECT_REGISTRY) private readonly projects: ProjectRegistry,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Get()
  @Needs('read')
  async read(@Param('id') id: string, @Caller() caller: TokenHolder): Promise<ProjectDocument> {
    requireProject(caller, id);
    const project = await this.projects.find(id);
    if (!project) throw unknownProject();
    return documentOf(id, project.version, project.policies);
  }

  /** Creates the project, or replaces the policies of the listed environments; a repetition changes nothing. */
  @Put()
  @Needs('admin')
  async apply(@Param('id') id: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<Applied> {
    requireProject(caller, id);
    const { document, dryRun, reason } = parseDocument(body);
    const present = await this.projects.find(id);
    if (document.metadata.name !== id) throw present ? otherProject() : unknownProject();
    if (!present) requireProject(caller, EVERY_PROJECT, NAME);
    const compared = (now: Stored) => {
      const after = requireChange(caller, document, now);
      return { after, differences: diffPolicies(now.policies, after) };
    };
    let { differences } = compared(present ?? NOTHING);
    if (dryRun) return { document: resultOf(document, present ?? NOTHING), created: !present, dryRun, differences };
    if (!present) return this.create(document, differences, caller, reason);
    const change = (now: Stored) => {
      const result = compared(now);
      differences = result.differences;
      return result.after;
    };
    const project = await this.projects.change(id, change, changedBy(caller, reason));
    if (!project) throw unknownProject();
    for (const environment of project.changed)
      this.audit.note('policy_changed', caller, id, { environment, version: project.version, ...reasonField(reason) });
    return { document: documentOf(id, project.version, project.policies), created: false, dryRun, differences };
  }

  private async create(
    document: ProjectDocument,
    differences: readonly PolicyDifference[],
    caller: TokenHolder,
    reason: string | null,
  ): Promise<Applied> {
    const { name } = document.metadata;
    const isNew = await this.projects.create(name, document.spec.environments, changedBy(caller, reason));
    if (!isNew) throw changedSince(NAME);
    this.audit.note('project_created', caller, name, reasonField(reason));
    const project = await this.projects.find(name);
    if (!project) throw unknownProject();
    return { document: documentOf(name, project.version, project.policies), created: true, dryRun: false, differences };
  }
}

const resultOf = ({ metadata, spec }: ProjectDocument, { policies, version }: Stored): ProjectDocument =>
  documentOf(metadata.name, version, { ...policies, ...spec.environments });

const otherProject = (): ProblemError =>
  new ProblemError({ status: 422, code: 'other_project', detail: 'The document is of another project than the path.', pointer: NAME });
