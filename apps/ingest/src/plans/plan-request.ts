import { keysAt } from '@alloy/policy';
import type { KnownKeys } from '../findings-of';
import { newReleaseSchema } from '../releases/requests';
import { projectDocumentRequest } from '../projects/project-requests';

/** Body of a plan: that of a release without commit and reason, perhaps with a project's document. */
export const planSchema = newReleaseSchema
  .pick({ project: true, environment: true, imageTag: true, strategy: true, resolveDigest: true, manifests: true })
  .extend({
    document: projectDocumentRequest.shape.document.optional()
      .describe("The policy to plan with, as `PUT /api/v1/projects/{id}/document` takes it; it is not stored. Unset: the stored policy."),
  });

/** The keys that the schema knows at the position of an unknown key. */
export const knownInPlan: KnownKeys = (path) => keysAt(planSchema, path.map((step) => (typeof step === 'number' ? step : String(step))));
