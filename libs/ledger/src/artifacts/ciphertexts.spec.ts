import { Ciphertexts } from './ciphertexts';

const row = (digest: string, bytes = 4) => ({ digest, key_id: null, release_id: digest, project: 'shop', ciphertext: Buffer.alloc(bytes) });

it('keeps the most recently used sealed bundles, up to the limit in bytes', () => {
  const ciphertexts = new Ciphertexts(10);
  for (const digest of ['a', 'b']) ciphertexts.keep(row(digest));
  expect(ciphertexts.get('a')).toEqual(row('a'));
  ciphertexts.keep(row('c'));
  expect(['a', 'b', 'c'].map((digest) => ciphertexts.get(digest)?.digest)).toEqual(['a', undefined, 'c']);
});

it('does not keep a bundle above the limit, and does not evict others for it', () => {
  const ciphertexts = new Ciphertexts(10);
  ciphertexts.keep(row('a'));
  ciphertexts.keep(row('b', 11));
  expect(['a', 'b'].map((digest) => ciphertexts.get(digest)?.digest)).toEqual(['a', undefined]);
});

it('keeps a bundle without the larger buffer that it is a part of', () => {
  const ciphertexts = new Ciphertexts();
  const chunk = Buffer.alloc(65_536, 7);
  ciphertexts.keep({ ...row('a'), ciphertext: chunk.subarray(10, 20) });
  const { ciphertext } = ciphertexts.get('a')!;
  expect([ciphertext.equals(Buffer.alloc(10, 7)), ciphertext.buffer.byteLength]).toEqual([true, 10]);
});
