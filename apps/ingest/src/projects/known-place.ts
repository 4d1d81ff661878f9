import type { PolicyBook, ProjectSettings } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { DEFAULT_ENVIRONMENT } from '../requests/names';

export const unknownProject = (): ProblemError => new ProblemError({ status: 404, code: 'unknown_project', detail: 'There is no such project.' });

const NO_POLICY = 'This project has no policy for that environment: an administrator of every project must create the environment with a namespace.';

/**
 * No environment releases by the defaults alone, `production` included: their namespace is for an administrator of every project to give.
 * `status` 404 where the environment is what the path names, 422 where the body names it.
 */
export const unknownEnvironment = (status: 404 | 422, pointer?: string): ProblemError =>
  new ProblemError({ status, code: 'unknown_environment', detail: NO_POLICY, ...(pointer === undefined ? {} : { pointer }) });

/** Throws 404 unless there is such a project, whatever its environments. */
export async function requireKnownProject(policies: PolicyBook, project: string): Promise<void> {
  if (!(await policies.find(project, DEFAULT_ENVIRONMENT))) throw unknownProject();
}

/** How a project releases there. Throws 404 for a project or environment that cannot be released to. */
export async function knownPlace(policies: PolicyBook, project: string, environment: string): Promise<ProjectSettings> {
  const settings = await policies.find(project, environment);
  if (!settings) throw unknownProject();
  if (!settings.isConfigured) throw unknownEnvironment(404);
  return settings;
}
