import type { Ledger, ProjectSettings } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { DEFAULT_ENVIRONMENT } from '../accounts/names';

export const unknownProject = (): ProblemError => new ProblemError({ status: 404, code: 'unknown_project', detail: 'There is no such project.' });

/** The defaults' namespace would be production's, and its Deployment another environment's. */
export const isKnown = ({ environment, isConfigured }: ProjectSettings): boolean => isConfigured || environment === DEFAULT_ENVIRONMENT;

/** How a project releases there. Throws 404 for a project or environment that nobody can release to. */
export async function knownPlace({ policies }: Pick<Ledger, 'policies'>, project: string, environment: string): Promise<ProjectSettings> {
  const settings = await policies.find(project, environment);
  if (!settings) throw unknownProject();
  if (!isKnown(settings)) throw new ProblemError({ status: 404, code: 'unknown_environment', detail: 'This project has no policy for that environment.' });
  return settings;
}
