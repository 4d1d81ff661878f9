import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { digestOf, isSigned, keyIdOf, signCheckpoint, type SignedCheckpoint } from './checkpoint';
import { ALog } from './testing/a-log';

const log = new ALog().append('s-1', 2).sign();
const [checkpoint] = log.checkpoints as [SignedCheckpoint];
const other = generateKeyPairSync('ed25519').privateKey;

/** A changed value for every field. */
const edits: ReadonlyArray<Partial<SignedCheckpoint>> = [
  { number: 2 },
  { seq: 3 },
  { streams: 2 },
  { root: 'f'.repeat(64) },
  { at: '2026-01-02T00:00:00.000Z' },
  { previous: 'f'.repeat(64) },
];

describe('a checkpoint', () => {
  it('is verified with the public key alone', () => {
    expect(isSigned(checkpoint, log.keys)).toBe(true);
    expect(isSigned(checkpoint, new Map([[checkpoint.key, createPublicKey(log.key)]]))).toBe(true);
  });

  it.each(edits)('is not valid after the edit %j', (edit) => expect(isSigned({ ...checkpoint, ...edit }, log.keys)).toBe(false));

  it('is not valid for an unpublished key, nor for another published key', () => {
    expect(isSigned(checkpoint, new Map())).toBe(false);
    expect(isSigned(checkpoint, new Map([[checkpoint.key, other]]))).toBe(false);
    expect(isSigned({ ...checkpoint, key: keyIdOf(other) }, new Map([[keyIdOf(other), other]]))).toBe(false);
    expect(isSigned({ ...checkpoint, signature: '' }, log.keys)).toBe(false);
  });

  it('keeps its fields when signed', () => {
    const { signature: _signature, ...rest } = checkpoint;
    expect(signCheckpoint(rest, log.key)).toEqual(checkpoint);
    expect(Buffer.from(checkpoint.signature, 'base64')).toHaveLength(64);
  });
});

describe('the digest of a checkpoint', () => {
  it('is 64 zeros without a checkpoint', () => expect(digestOf(undefined)).toBe('0'.repeat(64)));

  it.each([...edits, { key: 'x' }, { signature: 'AAAA' }])('differs after the edit %j', (edit) => {
    expect(digestOf(checkpoint)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf({ ...checkpoint, ...edit })).not.toBe(digestOf(checkpoint));
  });

  it('is the SHA-256 of the signed canonical JSON followed by the signature, and never changes', () => {
    const { at, key, number, previous, root, seq, signature, streams } = checkpoint;
    const text = `{"at":"${at}","key":"${key}","number":${number},"previous":"${previous}","root":"${root}","seq":${seq},"streams":${streams}}`;
    expect(digestOf(checkpoint)).toBe(createHash('sha256').update(text + signature).digest('hex'));
  });

  it('does not depend on the order of the fields', () =>
    expect(digestOf({ ...checkpoint })).toBe(
      digestOf(Object.fromEntries(Object.entries(checkpoint).reverse()) as unknown as SignedCheckpoint),
    ));
});

describe('the id of a key', () => {
  it('is 16 hex digits of the public key, and differs for another key', () => {
    expect(keyIdOf(log.key)).toMatch(/^[0-9a-f]{16}$/);
    expect(keyIdOf(createPublicKey(log.key))).toBe(keyIdOf(log.key));
    expect(keyIdOf(other)).not.toBe(keyIdOf(log.key));
  });

  it('never changes, because published checkpoints reference it', () => {
    const published = createPublicKey(
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n',
    );
    expect(keyIdOf(published)).toBe('a1e9156054e04fac');
  });
});
