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
/** What the nodes answer for the API. */
export interface ApiHooks {
  /** Where the pod's port listens in truth; `port` is a number or a name, absent = the pod's first. `undefined` when the pod does not run. */
  podAddress(pod: PlaygroundObject, port?: string): Address | undefined;
  /** The container's log; `undefined` when it has not started yet. */
  podLog?(pod: PlaygroundObject, options: LogOptions): string | undefined;
  /** Default: everything is let in. */
  readonly admit?: Admit;
  /** Further paths, `GET /playground/traffic` say, by their exact path; they want the token as well. */
  readonly routes?: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>>;
}
/** A request that was answered, or a watch that has begun: what is in a line of Kubernetes' audit log (audit.k8s.io/v1, level Metadata). */
export interface AuditRecord {
  readonly stage: 'ResponseStarted' | 'ResponseComplete';
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly requestURI: string;
  /** Undefined where the path names no resource. */
  readonly objectRef?: { readonly resource: string; readonly apiGroup: string; readonly namespace?: string; readonly name?: string; readonly subresource?: string };
  readonly responseStatus: { readonly code: number };
}

/** Who asks, by his token. */
export interface User {
  readonly name: string;
  /** Whether he may ask for a namespace only, never for all of them at once; default false. */
  readonly namespaced?: boolean;
}

export interface ApiOptions {
  readonly store: Store;
  /** 0 takes a free one. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly token: string;
  /** Further tokens, and whose they are; `token` is the admin's. */
  readonly users?: ReadonlyMap<string, User>;
  /** Called with each request of a known user. Default: nobody counts them. */
  readonly audit?: (record: AuditRecord) => void;
  /** With one the port speaks HTTPS besides HTTP. */
  readonly certificate?: Certificate;
  readonly hooks: ApiHooks;
  /** Default the system's clock: for managedFields' times and ages in tables. */
  readonly clock?: () => Date;
  /** Milliseconds between bookmarks of a watch; default 10 000. */
  readonly bookmarkEvery?: number;
}
export interface Api {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The same port over TLS; absent without a certificate. kubectl sends a token to no other. */
  readonly secureUrl?: string;
  /** Ends watches and connections too. */
  close(): Promise<void>;
}
