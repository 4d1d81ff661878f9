import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PlaygroundObject } from '../objects';
import type { Store } from '../store';
import type { Admit } from './admission-review';
import type { Certificate } from './self-signed-certificate';

export interface Address {
  readonly host: string;
  readonly port: number;
}
export interface LogOptions {
  readonly container?: string;
  readonly tailLines?: number;
  readonly previous: boolean;
}
/** Functions of the nodes that the API needs. */
export interface ApiHooks {
  /**
   * The real address of the pod's port; `port` is a number or a name, default the pod's first. `undefined` if the pod
   * does not run.
   */
  podAddress(pod: PlaygroundObject, port?: string): Address | undefined;
  /** The container's log; `undefined` if it has not started. */
  podLog?(pod: PlaygroundObject, options: LogOptions): string | undefined;
  /** Default: everything is allowed. */
  readonly admit?: Admit;
  /** Additional exact paths such as `GET /playground/traffic`; they require the token as well. */
  readonly routes?: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>>;
}
/**
 * An answered request or a started watch, with the fields of a line of Kubernetes' audit log (audit.k8s.io/v1, level
 * Metadata).
 */
export interface AuditRecord {
  readonly stage: 'ResponseStarted' | 'ResponseComplete';
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly requestURI: string;
  /** Undefined if the path names no resource. */
  readonly objectRef?: {
    readonly resource: string;
    readonly apiGroup: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly responseStatus: { readonly code: number };
}

/** The user that a token identifies. */
export interface User {
  readonly name: string;
  /** Whether the user may only send requests for a namespace, never for all namespaces at once; default false. */
  readonly namespaced?: boolean;
}

export interface ApiOptions {
  readonly store: Store;
  /** 0: any free port. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly token: string;
  /** Additional tokens with their users; `token` belongs to the admin. */
  readonly users?: ReadonlyMap<string, User>;
  /** Called for each request of a known user; default: requests are not recorded. */
  readonly audit?: (record: AuditRecord) => void;
  /** With a certificate the port serves HTTPS in addition to HTTP. */
  readonly certificate?: Certificate;
  readonly hooks: ApiHooks;
  /** For times in managedFields and ages in tables; default: the system's clock. */
  readonly clock?: () => Date;
  /** Milliseconds between bookmarks of a watch; default 10 000. */
  readonly bookmarkEvery?: number;
}
export interface Api {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The same port over TLS; absent without a certificate. kubectl sends tokens only over TLS. */
  readonly secureUrl?: string;
  /** Also ends watches and connections. */
  close(): Promise<void>;
}
