import { asyncViews } from '@alloy/ledger';
import { z } from 'zod';
import { listSchema } from '../accounts/list-query';
import { newTokenSchema, ofUserSchema, revocationSchema } from '../accounts/tokens.controller';
import { newUserSchema } from '../accounts/users.controller';
import { eventQuery, followHeaders } from '../events/event-query';
import { pageSchema } from '../page';
import { rebuildSchema } from '../projections/projections.controller';
import { historySchema, placeSchema } from '../projects/place-query';
import { newProjectSchema, projectChangeSchema, projectDocumentRequest } from '../projects/project-requests';
import { releaseListQuery } from '../releases/list-query';
import { newReleaseSchema, promoteSchema, reasonSchema, rollbackSchema, shredSchema } from '../releases/requests';
import { projectName, releaseId, secretName, tokenId, userName } from '../requests/names';
import { secretSchema } from '../secrets/secrets.controller';
import { deployRequestSchema } from '../webhook/deploy-request';
import { event, orderedEvent } from './answers/event';
import { health, liveness, readiness, verified, view } from './answers/operation';
import { page } from './answers/parts';
import { newToken, token, user } from './answers/people';
import {
  appliedDocument, historyLine, jsonSchema, project, projectDocument, releaseWindow, sealedSecret, secretEntry, stable,
} from './answers/project';
import { accepted, asked, deployed, pods, release, releaseLine, shredded } from './answers/release';
import type { Operation } from './operation';

const ACCEPTED = 'The release was accepted; `statusUrl` shows its progress.';
const ASKED = 'The request was recorded, and the planner decides its outcome. 409 if it cannot have an effect.';

const REPEATED =
  'Without an Idempotency-Key, a request with the same token, project, tag, commit, strategy and files within a minute ' +
  'is the same release: it gets the same `release_id`, regardless of the first response. ' +
  'To release the same build again, send a key, or use `retry`.';

const ofRelease = z.object({ id: releaseId });
const ofProject = z.object({ id: projectName });
const ofSecret = ofProject.extend({ name: secretName });
const ofUser = z.object({ id: userName });
const ofToken = z.object({ id: tokenId });
const ofView = z.object({ name: z.enum(asyncViews.map(({ name }) => name)) });

/** Every route of ingest, by method and path. */
export const operations: Readonly<Record<string, Operation>> = {
  'POST /api/webhook/deploy': {
    needs: 'deploy',
    tag: 'releases',
    summary: 'Release a build, in the format of the original webhook',
    description: REPEATED,
    body: deployRequestSchema,
    answer: [202, 'The release was accepted; `status_url` shows its progress.', deployed],
    once: true,
    signed: true,
  },
  'POST /api/v1/releases': {
    needs: 'deploy', tag: 'releases', summary: 'Release a build', body: newReleaseSchema,
    answer: [202, ACCEPTED, accepted],
    once: true,
  },
  'GET /api/v1/releases': {
    needs: 'read', tag: 'releases', summary: 'Releases, newest first', query: releaseListQuery,
    answer: [200, 'A page: `items` and `nextCursor`.', page(releaseLine)],
  },
  'GET /api/v1/releases/:id': {
    needs: 'read', tag: 'releases', summary: 'A release in its current state', params: ofRelease,
    answer: [200, 'Status, plan, step, weights, verdicts, times and the reason.', release],
  },
  'GET /api/v1/releases/:id/events': {
    needs: 'read',
    tag: 'releases',
    summary: 'The events of a release, oldest first',
    params: ofRelease,
    query: pageSchema,
    answer: [200, 'A page: `items` and `nextCursor`.', page(event)],
  },
  'GET /api/v1/releases/:id/pods': {
    needs: 'read',
    tag: 'releases',
    summary: 'The pods of a release, stable and canary, as last observed',
    params: ofRelease,
    answer: [200, '`items` with track, name, phase, ready, restarts, startedAt and reason; `observedAt`.', pods],
  },
  'POST /api/v1/releases/:id/promote': {
    needs: 'operate',
    tag: 'releases',
    summary: 'End the current step, or skip all remaining steps',
    params: ofRelease,
    body: promoteSchema,
    answer: [202, ASKED, asked],
    once: true,
  },
  'POST /api/v1/releases/:id/abort': {
    needs: 'operate', tag: 'releases', summary: 'End a release and roll it back', params: ofRelease, body: reasonSchema,
    answer: [202, ASKED, asked],
    once: true,
  },
  'POST /api/v1/releases/:id/pause': {
    needs: 'operate', tag: 'releases', summary: 'Pause a release', params: ofRelease, body: reasonSchema,
    answer: [202, ASKED, asked],
    once: true,
  },
  'POST /api/v1/releases/:id/resume': {
    needs: 'operate', tag: 'releases', summary: 'Resume a paused release', params: ofRelease, body: reasonSchema,
    answer: [202, ASKED, asked],
    once: true,
  },
  'POST /api/v1/releases/:id/retry': {
    needs: 'deploy',
    tag: 'releases',
    summary: 'Release the same artifact again',
    params: ofRelease,
    body: reasonSchema,
    answer: [202, ACCEPTED, accepted],
    once: true,
  },
  'POST /api/v1/releases/:id/shred': {
    needs: 'admin',
    tag: 'releases',
    summary: 'Make the manifests of a release permanently unreadable',
    params: ofRelease,
    body: shredSchema,
    answer: [200, 'The manifests can no longer be read.', shredded],
    refuses: [409],
  },
  'POST /api/v1/projects/:id/rollback': {
    needs: 'operate',
    tag: 'releases',
    summary: 'Roll back to an earlier stable version, immediately',
    params: ofProject,
    body: rollbackSchema,
    answer: [202, ACCEPTED, accepted],
    once: true,
  },

  'GET /api/v1/events': {
    needs: 'read',
    tag: 'events',
    summary: 'The log, page by page, or with accept: text/event-stream the live feed after Last-Event-ID',
    query: eventQuery,
    headers: followHeaders,
    answer: [200, 'Events in their order, each with its cursor; the header Next-Cursor is the position of the next page.', orderedEvent],
    produces: ['application/x-ndjson', 'text/event-stream'],
  },

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

  'GET /api/v1/users': {
    needs: 'admin', tag: 'people', summary: 'Users', query: listSchema,
    answer: [200, 'A page: `items` and `nextCursor`.', page(user)],
  },
  'POST /api/v1/users': {
    needs: 'admin', tag: 'people', summary: 'Add a user', body: newUserSchema,
    answer: [201, 'The user.', user],
    refuses: [409],
  },
  'DELETE /api/v1/users/:id': {
    needs: 'admin',
    tag: 'people',
    summary: 'Remove a user and revoke their tokens',
    params: ofUser,
    answer: [204, 'The user was removed.'],
  },
  'GET /api/v1/tokens': {
    needs: 'admin', tag: 'people', summary: 'Tokens, without their text',
    query: listSchema.extend(ofUserSchema.shape),
    answer: [200, 'A page: `items` and `nextCursor`.', page(token)],
  },
  'POST /api/v1/tokens': {
    needs: 'admin', tag: 'people', summary: 'Create a token', body: newTokenSchema,
    answer: [201, 'The token, with its text, which is shown only once.', newToken],
  },
  'DELETE /api/v1/tokens/:id': {
    needs: 'admin', tag: 'people', summary: 'Revoke a token', params: ofToken, query: revocationSchema,
    answer: [204, 'The token was revoked.'],
  },

  'GET /api/v1/audit/verify': {
    needs: 'admin',
    tag: 'operation',
    summary: 'Verify that the log is unchanged',
    answer: [200, 'The extent of the check, and the faults.', verified],
  },
  'GET /api/v1/projections': {
    needs: 'admin',
    tag: 'operation',
    summary: 'The views that can be rebuilt, with their progress',
    answer: [200, 'A page: `items` and `nextCursor`.', page(view)],
  },
  'GET /api/v1/projections/:name': {
    needs: 'admin',
    tag: 'operation',
    summary: 'A view, with the progress of its rebuild',
    params: ofView,
    answer: [200, 'The view.', view],
  },
  'POST /api/v1/projections/:name/rebuild': {
    needs: 'admin',
    tag: 'operation',
    summary: 'Rebuild a view in parallel to the live one',
    params: ofView,
    body: rebuildSchema,
    answer: [202, 'The rebuild was started.', view],
    refuses: [409],
  },

  'GET /health': {
    needs: 'nothing', tag: 'health', summary: 'Whether releases are accepted',
    answer: [200, 'Releases are accepted.', health],
    unavailable: 'Releases are not accepted: the unavailable parts.',
  },
  'GET /livez': {
    needs: 'nothing', tag: 'health', summary: 'Whether the process is alive',
    answer: [200, 'The process is alive.', liveness],
  },
  'GET /readyz': {
    needs: 'nothing',
    tag: 'health',
    summary: 'Whether all required parts are available',
    answer: [200, 'All parts are available.', readiness],
    unavailable: 'The unavailable parts, or that the service is stopping.',
  },
  'GET /metrics': {
    needs: 'nothing', tag: 'health', summary: 'Metrics for Prometheus',
    answer: [200, 'Metrics.'],
    produces: ['text/plain'],
  },
  'GET /openapi.json': { needs: 'nothing', tag: 'health', summary: 'This description', answer: [200, 'OpenAPI 3.1.'] },
  'GET /schemas/project.v1.json': {
    needs: 'nothing', tag: 'projects', summary: "The JSON Schema of a project's document, for editors",
    answer: [200, 'A JSON Schema (draft 7); `x-alloy-level` of a key is the level of administrator that may change it.', jsonSchema],
    produces: ['application/schema+json'],
  },
  'GET /docs': {
    needs: 'nothing', tag: 'health', summary: 'This description as a page',
    answer: [200, 'A page.'],
    produces: ['text/html'],
  },
};
