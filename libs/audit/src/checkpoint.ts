import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { canonical, GENESIS_HASH } from './hash';

/** The signed state of all streams at one position of the order. */
export interface Checkpoint {
  /** 1.. without gaps. */
  readonly number: number;
  /** Seq of the last event that it covers. */
  readonly seq: number;
  readonly streams: number;
  /** Merkle root over the streams' heads; hex. */
  readonly root: string;
  /** Postgres' clock, ISO 8601. */
  readonly at: string;
  /** Digest of the previous checkpoint. */
  readonly previous: string;
  /** Id of the signing key. */
  readonly key: string;
}

export interface SignedCheckpoint extends Checkpoint {
  /** Ed25519 over the canonical JSON of the rest; base64. */
  readonly signature: string;
}

const text = ({ number, seq, streams, root, at, previous, key }: Checkpoint): Buffer =>
  Buffer.from(canonical({ number, seq, streams, root, at, previous, key }));

/** Digest that the next checkpoint stores as `previous`; hex SHA-256. Undefined: there is no previous checkpoint. */
export function digestOf(checkpoint: SignedCheckpoint | undefined): string {
  return checkpoint ? createHash('sha256').update(text(checkpoint)).update(checkpoint.signature).digest('hex') : GENESIS_HASH;
}

export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): SignedCheckpoint {
  return { ...checkpoint, signature: sign(null, text(checkpoint), privateKey).toString('base64') };
}

/** Whether the signature is valid; false if the key is unknown. */
export function isSigned(checkpoint: SignedCheckpoint, keys: ReadonlyMap<string, KeyObject>): boolean {
  const key = keys.get(checkpoint.key);
  return key !== undefined && verify(null, text(checkpoint), key, Buffer.from(checkpoint.signature, 'base64'));
}

/** Id of a private or public key: the start of the SHA-256 of its public key. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16);
}
