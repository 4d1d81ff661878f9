import { readFileSync } from 'node:fs';
import { controlPlane } from '../support/control-plane';

/** A request as the API server has it on record. */
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

/** What a user has asked for in these namespaces since the servers were started. Throws where the cluster is given: its log is not ours to read. */
export function auditedRequests(username: string, namespaces: readonly string[]): readonly AuditedRequest[] {
  const { auditLog } = controlPlane().place;
  if (auditLog === undefined) throw new Error('a given cluster has no audit log that tests could read');
  const lines = readFileSync(auditLog, 'utf8').split('\n');
  // The last line may be half written.
  const requests = lines.slice(0, -1).map((line) => JSON.parse(line) as AuditedRequest);
  return requests.filter(({ user, objectRef }) => user.username === username && namespaces.includes(objectRef?.namespace ?? ''));
}

/** As rules name it: `verb resource/subresource group`. */
export const permissionOf = ({ verb, objectRef }: AuditedRequest): string =>
  permission(
    verb,
    `${objectRef?.resource ?? ''}${objectRef?.subresource === undefined ? '' : `/${objectRef.subresource}`}`,
    objectRef?.apiGroup ?? '',
  );

export const permission = (verb: string, resource: string, group: string): string => `${verb} ${resource} ${group}`.trim();
