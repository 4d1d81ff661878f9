import { z } from 'zod';
import { pageSchema } from '../../page';
import { releaseListQuery } from '../../releases/list-query';
import {
  handBackSchema, liftHoldSchema, newReleaseSchema, placeHoldSchema, promoteSchema, reasonSchema, resumeSchema, rollbackSchema, shredSchema,
} from '../../releases/requests';
import { planSchema } from '../../plans/plan-request';
import { projectName, releaseId } from '../../requests/names';
import { deployRequestSchema } from '../../webhook/deploy-request';
import { event } from '../answers/event';
import { page } from '../answers/parts';
import { planned } from '../answers/plan';
import { holdAnswer } from '../answers/project';
import { accepted, asked, deployed, pods, release, releaseLine, shredded } from '../answers/release';
import type { Operation } from '../operation';

const ACCEPTED = 'The release was accepted; `statusUrl` shows its progress.';
const ASKED = 'The request was recorded, and the planner decides its outcome. 409 if it cannot have an effect.';
const REPEATED =
  'Without an Idempotency-Key, a request with the same token, project, tag, commit, strategy and files within a minute ' +
  'is the same release: it gets the same `release_id`, regardless of the first response. ' +
  'To release the same build again, send a key, or use `retry`.';
const ofRelease = z.object({ id: releaseId });
const ofProject = z.object({ id: projectName });

/** The routes of releases. */
export const releaseOperations: Readonly<Record<string, Operation>> = {
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
    needs: 'deploy', tag: 'releases', summary: 'Release a build',
    description:
      'While the environment is on hold, the release waits until a user lifts the hold. With `overrideHold` it does not: that takes the ' +
      'scope `operate`, a token of a user, and a `reason`. With `emergency` the release preempts the running one, has no stages, and ' +
      'does not wait for ready pods; it takes the same, and passes a hold.',
    body: newReleaseSchema,
    answer: [202, ACCEPTED, accepted],
    once: true,
  },
  'POST /api/v1/plans': {
    needs: 'deploy',
    tag: 'releases',
    summary: 'Show what a release would do, without releasing',
    description:
      'Checks the request like a release, and lets the executor inspect the cluster with a dry run of every write. ' +
      'Nothing is written to the cluster or to the event log. A policy that is not stored needs the scope of its change.',
    body: planSchema,
    answer: [200, 'The plan with its writes in order, and everything that would refuse the release.', planned],
    refuses: [409],
    unavailable: 'No executor has answered, or it could not plan the release.',
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
    needs: 'operate', tag: 'releases', summary: 'Resume a paused release', params: ofRelease, body: resumeSchema,
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
    description:
      'If the policy has `holdAfterRollback` (the default), the environment is put on hold: new versions wait until a user lifts the hold.',
    params: ofProject,
    body: rollbackSchema,
    answer: [202, ACCEPTED, accepted],
    once: true,
  },
  'POST /api/v1/projects/:id/hand-back': {
    needs: 'admin',
    tag: 'releases',
    summary: 'Hand the workload of an environment back to its users, without a restart of its pods',
    description:
      "Removes Alloy's labels, annotations and field managers from the objects, and a leftover canary and unused copies. " +
      'It runs like a release, with the strategy `handBack`, and ends as `handedBack`. 409 while a release has not ended ' +
      '(`release_running`), and if Alloy manages nothing there (`nothing_to_hand_back`). The next release adopts the workload again.',
    params: ofProject,
    body: handBackSchema,
    answer: [202, ACCEPTED, accepted],
    once: true,
  },
  'POST /api/v1/projects/:id/hold': {
    needs: 'operate',
    tag: 'releases',
    summary: 'Put an environment on hold: new versions wait until a user lifts the hold',
    description: 'Releases with a plan continue. 409 (`on_hold`) if it is on hold already.',
    params: ofProject,
    body: placeHoldSchema,
    answer: [200, 'The hold.', holdAnswer],
    refuses: [409],
    once: true,
  },
  'POST /api/v1/projects/:id/hold/lift': {
    needs: 'operate',
    tag: 'releases',
    summary: 'Lift the hold of an environment: the releases that wait continue',
    description: '409 (`not_on_hold`) if it is not on hold.',
    params: ofProject,
    body: liftHoldSchema,
    answer: [200, '`hold` is null.', holdAnswer],
    refuses: [409],
    once: true,
  },
};
