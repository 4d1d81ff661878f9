import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { canonical, GENESIS_HASH } from './hash';

/** What is signed: where every stream stood at one place of the order. */
export interface Checkpoint {
  /** 1.. without gaps. */
  readonly number: number;
  /** The last event that it covers. */
  readonly seq: number;
  readonly streams: number;
  /** Merkle root over the streams' heads; hex. */
  readonly root: string;
  /** Postgres' clock, ISO 8601. */
  readonly at: string;
  /** Digest of the checkpoint before. */
  readonly previous: string;
  /** Id of the key that signs. */
  readonly key: string;
}

export interface SignedCheckpoint extends Checkpoint {
  /** Ed25519 over the canonical JSON of the rest; base64. */
  readonly signature: string;
}

const text = ({ number, seq, streams, root, at, previous, key }: Checkpoint): Buffer => Buffer.from(canonical({ number, seq, streams, root, at, previous, key }));

/** What the next checkpoint gives as `previous`; hex SHA-256. Undefined: there is none before. */
export function digestOf(checkpoint: SignedCheckpoint | undefined): string {
  return checkpoint ? createHash('sha256').update(text(checkpoint)).update(checkpoint.signature).digest('hex') : GENESIS_HASH;
}

export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): SignedCheckpoint {
  return { ...checkpoint, signature: sign(null, text(checkpoint), privateKey).toString('base64') };
}

/** False also if the key is not among those known by their ids. */
export function isSigned(checkpoint: SignedCheckpoint, keys: ReadonlyMap<string, KeyObject>): boolean {
  const key = keys.get(checkpoint.key);
  return key !== undefined && verify(null, text(checkpoint), key, Buffer.from(checkpoint.signature, 'base64'));
}

/** Id of a key, private or public: the start of the SHA-256 of its public half. */
export function keyIdOf(key: KeyObject): string {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256').update(half.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16);
}
