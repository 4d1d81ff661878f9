import { covers, EVERY_PROJECT } from '@alloy/contracts';
import type { TokenHolder } from '@alloy/ledger';
import type { ProjectRegistry } from '@alloy/ledger/orm';
import type { Policy, ProjectDocument } from '@alloy/policy';
import { ProblemError } from '@alloy/service';
import { requireProject } from '../auth/caller';
import { NOTHING, requireChange } from '../projects/require-change';

interface Place {
  readonly project: string;
  readonly environment: string;
}

/**
 * The policy of a document that is not stored. Throws like `apply` of the document: who may not store it may not plan
 * with it either, because the dry run writes what it allows.
 */
export async function policyToPlan(
  document: ProjectDocument, { project, environment }: Place, caller: TokenHolder, projects: ProjectRegistry,
): Promise<Policy> {
  if (!covers(caller.scope, 'admin'))
    throw new ProblemError({
      status: 403,
      code: 'forbidden_scope',
      detail: 'Only an administrator may plan with a policy that is not stored: leave the project file out.',
      pointer: '/document',
    });
  const present = await projects.find(project);
  if (document.metadata.name !== project)
    throw new ProblemError({
      status: 422, code: 'other_project', detail: 'The document is of another project.', pointer: '/document/metadata/name',
    });
  if (!present) requireProject(caller, EVERY_PROJECT, '/document/metadata/name');
  const policies = requireChange(caller, document, present ?? NOTHING);
  const policy = Object.hasOwn(policies, environment) ? policies[environment] : undefined;
  const stored = present && Object.hasOwn(present.policies, environment) ? present.policies[environment] : undefined;
  const found = policy ?? stored;
  if (found) return found;
  throw new ProblemError({
    status: 422,
    code: 'unknown_environment',
    detail: 'The document has no policy for this environment: add it, or plan another environment.',
    pointer: '/environment',
  });
}
