import { KEY_BYTES } from '../artifacts/seal-box';

/** The context of a sealed secret: it cannot be opened for another project or name. */
export const sealedFor = (project: string, name: string): string => JSON.stringify([project, name]);

/** The key of the secrets. Throws a `RangeError` for a key of another length. */
export function secretsKey(key: Buffer): Buffer {
  if (key.length !== KEY_BYTES) throw new RangeError(`the key of the secrets must have ${KEY_BYTES} bytes`);
  return key;
}
