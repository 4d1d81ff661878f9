import { z } from 'zod';
import { environmentName, projectName } from '../names';
import { policySchema } from '../project-policy';

export const DOCUMENT_VERSION = 'alloy.dev/v1';

/** The schema of a project's document, whose policies are of this schema. */
export const documentSchema = <S extends z.ZodType>(policy: S) =>
  z
    .strictObject({
      apiVersion: z.literal(DOCUMENT_VERSION).describe('The version of this format.'),
      kind: z.literal('Project').describe('The kind of this document.'),
      metadata: z
        .strictObject({
          name: projectName.describe("The project's name."),
          version: z.int().min(0).optional().describe(
            'The version of the project on which this document is based: a change is refused if the project has changed since. ' +
              '`alloy project get` writes it; unset: the document replaces any version.',
          ),
        })
        .describe('Which project this is.'),
      spec: z
        .strictObject({
          environments: z
            .record(environmentName, policy)
            .describe(
              'A policy by the name of its environment. Only an administrator of all projects may add an environment; ' +
                'an environment that is not listed stays as it is.',
            ),
        })
        .describe('What the project is.'),
    })
    .describe('A project of Alloy: how it releases into each of its environments.');

/** A project as one document: its policies by environment. */
export const projectDocumentSchema = documentSchema(policySchema);

export type ProjectDocument = z.infer<typeof projectDocumentSchema>;

/** A project as `apply` takes it. */
export const documentOf = (name: string, version: number, environments: ProjectDocument['spec']['environments']): ProjectDocument => ({
  apiVersion: DOCUMENT_VERSION,
  kind: 'Project',
  metadata: { name, version },
  spec: { environments },
});
