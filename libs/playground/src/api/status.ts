import { resourceKey, type ResourceType } from '../resources';
import { StoreError } from '../store-error';

export interface Cause {
  /** Absent: there is only a message. */
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** A refusal answered as a Kubernetes `Status`, with the real server's message. */
export class ApiError extends Error {
  /** `reason` is empty if the real server sends none. */
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly details: StatusDetails = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }

  body(): Record<string, unknown> {
    const details = Object.keys(this.details).length > 0 ? { details: this.details } : {};
    const reason = this.reason === '' ? {} : { reason: this.reason };
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...reason,
      ...details,
      code: this.status,
    };
  }
}

const about = (type: Pick<ResourceType, 'group' | 'resource'>, name?: string): StatusDetails => ({
  name,
  ...(type.group === '' ? {} : { group: type.group }),
  kind: type.resource,
});

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);
export const noSuchPath = (): ApiError => new ApiError(404, 'NotFound', 'the server could not find the requested resource');
export const notFound = (type: ResourceType, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${resourceKey(type)} "${name}" not found`, about(type, name));
export const methodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
export const conflict = (type: ResourceType, name: string, message: string, causes?: readonly Cause[]): ApiError =>
  new ApiError(409, 'Conflict', message, { ...about(type, name), ...(causes ? { causes } : {}) });
export const expired = (message: string): ApiError => new ApiError(410, 'Expired', message);

/** 422 with all causes, such as `Deployment.apps "web" is invalid: spec.selector: …`. */
export function invalid(type: ResourceType, name: string, causes: readonly Cause[]): ApiError {
  const kind = type.group === '' ? type.kind : `${type.kind}.${type.group}`;
  const messages = causes.map((cause) => `${cause.field ?? ''}: ${cause.message}`);
  const list = messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${list ?? ''}`, {
    name,
    ...(type.group === '' ? {} : { group: type.group }),
    kind: type.kind,
    causes,
  });
}

/** The API's answer to a refusal of the store. */
export function fromStoreError(error: StoreError): ApiError {
  const [resource = '', ...group] = error.resource.split('.');
  const details = about({ resource, group: group.join('.') }, error.objectName);
  switch (error.code) {
    case 'not_found':
      return new ApiError(404, 'NotFound', error.message, details);
    case 'already_exists':
      return new ApiError(409, 'AlreadyExists', error.message, details);
    case 'conflict':
    case 'uid_mismatch':
      return new ApiError(
        409,
        'Conflict',
        error.code === 'conflict'
          ? error.message
          : `Operation cannot be fulfilled on ${error.resource} "${error.objectName}": ${error.message}`,
        details,
      );
    case 'expired':
      return expired(error.message);
    case 'unknown_kind':
      return badRequest(error.message);
  }
}

/** `Status` of something that succeeded. */
export const success = (type: ResourceType, name: string, uid: string | undefined): Record<string, unknown> =>
  ({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { ...about(type, name), uid } });
