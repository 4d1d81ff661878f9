import type { AuditRecord } from './api-options';
import type { Exchange } from './exchange';
import { parseTarget } from './target';

const VERBS: Readonly<Record<string, readonly [object: string, collection: string]>> = {
  GET: ['get', 'list'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['delete', 'deletecollection'],
};

export const isWatch = (url: URL): boolean => ['true', '1'].includes(url.searchParams.get('watch') ?? '');

/** The request as a line of the audit log. */
export function auditRecord({ request, response, url }: Exchange, username: string, stage: AuditRecord['stage']): AuditRecord {
  const { method = 'GET', headers } = request;
  const target = parseTarget(url.pathname.replace(/(?<=.)\/$/, ''));
  const [onObject, onCollection] = VERBS[method] ?? [method.toLowerCase(), method.toLowerCase()];
  const verb = method === 'GET' && isWatch(url) ? 'watch' : target && target.name === undefined ? onCollection : onObject;
  const ref = target && {
    resource: target.type.resource,
    apiGroup: target.type.group,
    namespace: target.namespace,
    name: target.name,
    subresource: target.subresource,
  };
  return {
    stage,
    verb,
    user: { username },
    userAgent: headers['user-agent'],
    requestURI: request.url ?? '',
    objectRef: ref,
    responseStatus: { code: response.statusCode },
  };
}
