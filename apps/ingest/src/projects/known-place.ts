import type { PolicyBook, ProjectSettings } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { DEFAULT_ENVIRONMENT } from '../requests/names';

export const unknownProject = (): ProblemError =>
  new ProblemError({ status: 404, code: 'unknown_project', detail: 'The project does not exist.' });

const NO_POLICY =
  'This project has no policy for this environment: an administrator of all projects must create the environment with a namespace.';

/**
 * No environment accepts releases with only the default policy, not even `production`: an administrator of all projects
 * must set its namespace. `status` 404 if the environment is in the path or the query, 422 if it is in the body.
 */
export const unknownEnvironment = (status: 404 | 422, pointer?: string): ProblemError =>
  new ProblemError({ status, code: 'unknown_environment', detail: NO_POLICY, ...(pointer === undefined ? {} : { pointer }) });

/** Throws 404 unless the project exists, with any environments. */
export async function requireKnownProject(policies: PolicyBook, project: string): Promise<void> {
  if (!(await policies.find(project, DEFAULT_ENVIRONMENT))) throw unknownProject();
}

/** The policy of the environment. Throws 404 for a project or environment that accepts no releases. */
export async function knownPlace(policies: PolicyBook, project: string, environment: string): Promise<ProjectSettings> {
  const settings = await policies.find(project, environment);
  if (!settings) throw unknownProject();
  if (!settings.isConfigured) throw unknownEnvironment(404);
  return settings;
}
