import { readFileSync } from 'node:fs';
import { controlPlane } from '../support/control-plane';

/** A request in the API server's audit log. */
export interface AuditedRequest {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly stage: string;
  readonly requestURI: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly apiGroup?: string;
    readonly subresource?: string;
    readonly namespace?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

/**
 * The requests of a user in these namespaces since the servers were started. Throws for a given cluster, because tests
 * cannot read its log.
 */
export function auditedRequests(username: string, namespaces: readonly string[]): readonly AuditedRequest[] {
  const { auditLog } = controlPlane().endpoint;
  if (auditLog === undefined) throw new Error('the audit log of a given cluster cannot be read by tests');
  const lines = readFileSync(auditLog, 'utf8').split('\n');
  // The last line may be incomplete.
  const requests = lines.slice(0, -1).map((line) => JSON.parse(line) as AuditedRequest);
  return requests.filter(({ user, objectRef }) => user.username === username && namespaces.includes(objectRef?.namespace ?? ''));
}

/** The permission in the form `verb resource/subresource group`. */
export const permissionOf = ({ verb, objectRef }: AuditedRequest): string =>
  permission(
    verb,
    `${objectRef?.resource ?? ''}${objectRef?.subresource === undefined ? '' : `/${objectRef.subresource}`}`,
    objectRef?.apiGroup ?? '',
  );

export const permission = (verb: string, resource: string, group: string): string => `${verb} ${resource} ${group}`.trim();
