import { KEY_BYTES } from '../artifacts/seal-box';

/** What a secret is sealed for: it opens under no other project or name. */
export const sealedFor = (project: string, name: string): string => JSON.stringify([project, name]);

/** The key of the secrets. Throws a `RangeError` for one of another length. */
export function secretsKey(key: Buffer): Buffer {
  if (key.length !== KEY_BYTES) throw new RangeError(`the key of the secrets must have ${KEY_BYTES} bytes`);
  return key;
}
