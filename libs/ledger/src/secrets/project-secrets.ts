/**
 * Secrets of a project's routes, which no request can read: sealed with a separate key, and opened only for their use.
 */
export interface ProjectSecrets {
  /** Stores a value under a name, and replaces an earlier one. False: the project does not exist. Idempotent. */
  put(project: string, name: string, value: string, writtenBy: string): Promise<boolean>;
  /** False: it did not exist. */
  remove(project: string, name: string): Promise<boolean>;
  /** By name, without the values. */
  list(project: string): Promise<readonly SecretEntry[]>;
  /** Undefined: it does not exist. Rejects with `SecretUnreadable` if it cannot be opened. */
  open(project: string, name: string): Promise<string | undefined>;
}

export interface SecretEntry {
  readonly name: string;
  readonly writtenBy: string;
  /** ISO 8601. */
  readonly writtenAt: string;
}

/** Sealed with another key, or tampered with. */
export class SecretUnreadable extends Error {
  readonly code = 'secret_unreadable';
  constructor(readonly project: string, readonly secret: string) {
    super(`secret ${secret} of ${project} cannot be opened with this key`);
    this.name = 'SecretUnreadable';
  }
}
