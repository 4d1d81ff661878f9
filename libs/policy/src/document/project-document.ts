import { z } from 'zod';
import { environmentName, projectName } from '../names';
import { policySchema } from '../project-policy';

export const DOCUMENT_VERSION = 'alloy.dev/v1';

/** A project as one document: its policies by environment. */
export const projectDocumentSchema = z
  .strictObject({
    apiVersion: z.literal(DOCUMENT_VERSION).describe('The version of this format.'),
    kind: z.literal('Project').describe('The kind of this document.'),
    metadata: z
      .strictObject({
        name: projectName.describe("The project's name."),
        version: z.int().min(0).optional().describe(
          'The version of the project on which this document is based: it is refused if the project has changed since. ' +
            '`alloy project get` writes it; unset: the document replaces any version.',
        ),
      })
      .describe('Which project this is.'),
    spec: z
      .strictObject({
        environments: z
          .record(environmentName, policySchema)
          .describe(
            'A policy by the name of its environment. Only an administrator of all projects may add an environment; ' +
              'an environment that is not listed stays as it is.',
          ),
      })
      .describe('What the project is.'),
  })
  .describe('A project of Alloy: how it releases into each of its environments.');

export type ProjectDocument = z.infer<typeof projectDocumentSchema>;

/** A project as `apply` takes it. `version`: unset for a project that was stored before versions existed. */
export const documentOf = (name: string, version: number, environments: ProjectDocument['spec']['environments']): ProjectDocument => ({
  apiVersion: DOCUMENT_VERSION,
  kind: 'Project',
  metadata: { name, version },
  spec: { environments },
});
