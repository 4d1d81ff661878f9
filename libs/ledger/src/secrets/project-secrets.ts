/** What a project's routes need and nobody may read: sealed with a key of their own, opened only to be used. */
export interface ProjectSecrets {
  /** Keeps a value under a name, in place of an earlier one. False: there is no such project. Idempotent. */
  put(project: string, name: string, value: string, writtenBy: string): Promise<boolean>;
  /** False: there was none. */
  remove(project: string, name: string): Promise<boolean>;
  /** By name; the values are not among it. */
  list(project: string): Promise<readonly SecretEntry[]>;
  /** Undefined: there is none. Rejects with `SecretUnreadable` if it does not open. */
  open(project: string, name: string): Promise<string | undefined>;
}

export interface SecretEntry {
  readonly name: string;
  readonly writtenBy: string;
  /** ISO 8601. */
  readonly writtenAt: string;
}

/** Sealed under another key, or tampered with. */
export class SecretUnreadable extends Error {
  readonly code = 'secret_unreadable';
  constructor(readonly project: string, readonly secret: string) {
    super(`secret ${secret} of ${project} does not open with this key`);
    this.name = 'SecretUnreadable';
  }
}
