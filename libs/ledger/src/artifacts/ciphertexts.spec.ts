import { Ciphertexts } from './ciphertexts';

const row = (digest: string, bytes = 4) => ({ digest, key_id: null, release_id: digest, project: 'shop', ciphertext: Buffer.alloc(bytes) });

it('sealed bundles that were used last are kept, up to so many bytes', () => {
  const ciphertexts = new Ciphertexts(10);
  for (const digest of ['a', 'b']) ciphertexts.keep(row(digest));
  expect(ciphertexts.get('a')).toEqual(row('a'));
  ciphertexts.keep(row('c'));
  expect(['a', 'b', 'c'].map((digest) => ciphertexts.get(digest)?.digest)).toEqual(['a', undefined, 'c']);
});

it('one that is larger than all that may be kept is not, and drives nothing out', () => {
  const ciphertexts = new Ciphertexts(10);
  ciphertexts.keep(row('a'));
  ciphertexts.keep(row('b', 11));
  expect(['a', 'b'].map((digest) => ciphertexts.get(digest)?.digest)).toEqual(['a', undefined]);
});
