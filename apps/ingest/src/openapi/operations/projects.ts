import { z } from 'zod';
import { listSchema } from '../../accounts/list-query';
import { historySchema, placeSchema } from '../../projects/place-query';
import { newProjectSchema, projectChangeSchema, projectDocumentRequest } from '../../projects/project-requests';
import { projectName, secretName } from '../../requests/names';
import { secretSchema } from '../../secrets/secrets.controller';
import { page } from '../answers/parts';
import {
  appliedDocument, historyLine, jsonSchema, project, projectDocument, releaseWindow, sealedSecret, secretEntry, stable,
} from '../answers/project';
import type { Operation } from '../operation';

const ofProject = z.object({ id: projectName });
const ofSecret = ofProject.extend({ name: secretName });

/** The routes of projects, their policies, stable versions and secrets. */
export const projectOperations: Readonly<Record<string, Operation>> = {
  'GET /api/v1/projects': {
    needs: 'read', tag: 'projects', summary: 'Projects with their policies', query: listSchema,
    answer: [200, 'A page: `items` and `nextCursor`.', page(project)],
  },
  'POST /api/v1/projects': {
    needs: 'admin', tag: 'projects', summary: 'Create a project', body: newProjectSchema,
    answer: [201, 'The project.', project],
    refuses: [409],
  },
  'GET /api/v1/projects/:id': {
    needs: 'read', tag: 'projects', summary: 'A project with its policies', params: ofProject,
    answer: [200, 'The project.', project],
  },
  'PATCH /api/v1/projects/:id': {
    needs: 'admin',
    tag: 'projects',
    summary: 'Change the policy of one environment by a merge patch',
    params: ofProject,
    body: projectChangeSchema,
    answer: [200, 'The project.', project],
  },
  'GET /api/v1/projects/:id/document': {
    needs: 'read', tag: 'projects', summary: 'A project as one document, which PUT takes', params: ofProject,
    answer: [200, 'The document, with the version of the project.', projectDocument],
  },
  'PUT /api/v1/projects/:id/document': {
    needs: 'admin',
    tag: 'projects',
    summary: 'Apply a document: create the project, or replace the policies of the listed environments',
    description:
      'An environment that the document omits stays as it is. With `metadata.version` a change is refused with 409 if the project has ' +
      'changed since that version. A document that changes nothing is not an error, and writes no new version.',
    params: ofProject,
    body: projectDocumentRequest,
    answer: [200, 'The document as stored, or as it would be, and the differences.', appliedDocument],
    refuses: [409],
  },
  'GET /api/v1/projects/:id/stable': {
    needs: 'read', tag: 'projects', summary: 'The stable version', params: ofProject, query: placeSchema,
    answer: [200, 'The version, and since when it is stable.', stable],
  },
  'GET /api/v1/projects/:id/window': {
    needs: 'read',
    tag: 'projects',
    summary: 'Whether a release would start immediately',
    params: ofProject,
    query: placeSchema,
    answer: [200, '`open`, the prospect of a release, and the reasons why it would not start.', releaseWindow],
  },
  'GET /api/v1/projects/:id/history': {
    needs: 'read',
    tag: 'projects',
    summary: 'The releases of a project, newest first',
    params: ofProject,
    query: historySchema,
    answer: [200, 'A page: `items` and `nextCursor`.', page(historyLine)],
  },
  'GET /api/v1/projects/:id/secrets': {
    needs: 'admin', tag: 'projects', summary: 'Names of the sealed secrets', params: ofProject,
    answer: [200, 'A page: `items` and `nextCursor`.', page(secretEntry)],
  },
  'POST /api/v1/projects/:id/secrets': {
    needs: 'admin',
    tag: 'projects',
    summary: 'Seal a secret, and replace an earlier one with its name',
    params: ofProject,
    body: secretSchema,
    answer: [201, 'Its name.', sealedSecret],
  },
  'DELETE /api/v1/projects/:id/secrets/:name': {
    needs: 'admin', tag: 'projects', summary: 'Remove a secret', params: ofSecret,
    answer: [204, 'The secret was removed.'],
  },

  'GET /schemas/project.v1.json': {
    needs: 'nothing', tag: 'projects', summary: "The JSON Schema of a project's document, for editors",
    answer: [200, 'A JSON Schema (draft 7); `x-alloy-level` of a key is the level of administrator that may change it.', jsonSchema],
    produces: ['application/schema+json'],
  },
};
