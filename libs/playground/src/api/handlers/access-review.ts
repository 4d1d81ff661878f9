import { mediaType, parseBody, readBody, sendJson, type Exchange } from '../exchange';
import { at } from '../json';

/** SelfSubjectAccessReview: a client with the token may do everything. */
export async function reviewAccess({ request, response }: Exchange): Promise<void> {
  const body = parseBody(await readBody(request), mediaType(request));
  sendJson(response, 201, {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: at(body, 'spec') ?? {},
    status: { allowed: true },
  });
}
