import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { digestOf, isSigned, keyIdOf, signCheckpoint, type SignedCheckpoint } from './checkpoint';
import { ALog } from './testing/a-log';

const log = new ALog().append('s-1', 2).sign();
const [checkpoint] = log.checkpoints as [SignedCheckpoint];
const other = generateKeyPairSync('ed25519').privateKey;

/** Every field with another value. */
const edits: ReadonlyArray<Partial<SignedCheckpoint>> = [{ number: 2 }, { seq: 3 }, { streams: 2 }, { root: 'f'.repeat(64) }, { at: '2026-01-02T00:00:00.000Z' }, { previous: 'f'.repeat(64) }];

describe('a checkpoint', () => {
  it('is signed by its key, of which the public half is enough', () => {
    expect(isSigned(checkpoint, log.keys)).toBe(true);
    expect(isSigned(checkpoint, new Map([[checkpoint.key, createPublicKey(log.key)]]))).toBe(true);
  });

  it.each(edits)('is not signed any more once %j is edited', (edit) => expect(isSigned({ ...checkpoint, ...edit }, log.keys)).toBe(false));

  it('is not signed by a key that is not published, nor by another that is', () => {
    expect(isSigned(checkpoint, new Map())).toBe(false);
    expect(isSigned(checkpoint, new Map([[checkpoint.key, other]]))).toBe(false);
    expect(isSigned({ ...checkpoint, key: keyIdOf(other) }, new Map([[keyIdOf(other), other]]))).toBe(false);
    expect(isSigned({ ...checkpoint, signature: '' }, log.keys)).toBe(false);
  });

  it('keeps what it says when it is signed', () => {
    const { signature: _signature, ...rest } = checkpoint;
    expect(signCheckpoint(rest, log.key)).toEqual(checkpoint);
    expect(Buffer.from(checkpoint.signature, 'base64')).toHaveLength(64);
  });
});

describe('the digest of a checkpoint', () => {
  it('is 64 zeros where there is none', () => expect(digestOf(undefined)).toBe('0'.repeat(64)));

  it.each([...edits, { key: 'x' }, { signature: 'AAAA' }])('is another one once %j is edited', (edit) => {
    expect(digestOf(checkpoint)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf({ ...checkpoint, ...edit })).not.toBe(digestOf(checkpoint));
  });

  it('never changes: it is the SHA-256 of the canonical JSON of what is signed, then the signature', () => {
    const { at, key, number, previous, root, seq, signature, streams } = checkpoint;
    const text = `{"at":"${at}","key":"${key}","number":${number},"previous":"${previous}","root":"${root}","seq":${seq},"streams":${streams}}`;
    expect(digestOf(checkpoint)).toBe(createHash('sha256').update(text + signature).digest('hex'));
  });

  it('is the same for the same checkpoint, whatever the order of its fields', () => expect(digestOf({ ...checkpoint })).toBe(digestOf(Object.fromEntries(Object.entries(checkpoint).reverse()) as unknown as SignedCheckpoint)));
});

describe('the id of a key', () => {
  it('is that of its public half, 16 hex digits, and another one for another key', () => {
    expect(keyIdOf(log.key)).toMatch(/^[0-9a-f]{16}$/);
    expect(keyIdOf(createPublicKey(log.key))).toBe(keyIdOf(log.key));
    expect(keyIdOf(other)).not.toBe(keyIdOf(log.key));
  });

  it('never changes: published checkpoints name it', () => {
    const published = createPublicKey('-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n');
    expect(keyIdOf(published)).toBe('a1e9156054e04fac');
  });
});
