import { generateKeyPairSync } from 'node:crypto';
import { Findings } from './audit-report';
import { checkCheckpoints } from './check-checkpoints';
import { digestOf, keyIdOf, signCheckpoint, type SignedCheckpoint } from './checkpoint';
import { ALog } from './testing/a-log';

const log = new ALog();
for (const stream of ['s-1', 's-2', 's-3']) log.append(stream).sign();
const all: readonly SignedCheckpoint[] = log.checkpoints;
const [first, second, third] = all as [SignedCheckpoint, SignedCheckpoint, SignedCheckpoint];

/** The numbers of those that are good, and what is wrong: `code number`. */
function checked(store: readonly SignedCheckpoint[], file: readonly SignedCheckpoint[], keys = log.keys) {
  const findings = new Findings();
  const good = checkCheckpoints(store, file, keys, findings);
  return { good: good.map(({ number }) => number), found: findings.list.map(({ code, checkpoint }) => `${code} ${checkpoint}`) };
}

const otherSignature = (checkpoint: SignedCheckpoint): SignedCheckpoint => ({ ...checkpoint, signature: Buffer.alloc(64, 1).toString('base64') });
const changed = (change: SignedCheckpoint) => all.map((checkpoint) => (checkpoint.number === change.number ? change : checkpoint));

describe('checkpoints of store and file', () => {
  it('are good as they were made, in any order, and while the file lacks the last ones', () => {
    expect(checked(all, all)).toEqual({ good: [1, 2, 3], found: [] });
    expect(checked([...all].reverse(), [second, first])).toEqual({ good: [1, 2, 3], found: [] });
    expect(checked(all, [])).toEqual({ good: [1, 2, 3], found: [] });
    expect(checked([], [])).toEqual({ good: [], found: [] });
  });

  it('miss one that the store has lost', () => expect(checked([first, third], all)).toEqual({ good: [1, 2, 3], found: ['checkpoint_missing 2'] }));

  it.each<readonly [string, SignedCheckpoint]>([['root', { ...second, root: first.root }], ['signature', otherSignature(second)]])('differ where the store has another %s, and the file counts', (_field, forged) => {
    expect(checked(changed(forged), all)).toEqual({ good: [1, 2, 3], found: ['checkpoint_differs 2'] });
  });

  it('are not chained once a signature was replaced in both: the next one has the digest of the signature, too', () => {
    expect(checked(changed(otherSignature(second)), changed(otherSignature(second)))).toEqual({ good: [1, 3], found: ['bad_signature 2', 'broken_chain 3'] });
  });

  it('are not signed once one was edited in both', () => {
    const forged = { ...second, root: first.root };
    expect(checked(changed(forged), changed(forged))).toEqual({ good: [1, 3], found: ['bad_signature 2', 'broken_chain 3'] });
  });

  it('are not signed by a key that was not published', () => {
    const key = generateKeyPairSync('ed25519').privateKey;
    const forged = signCheckpoint({ ...third, key: keyIdOf(key) }, key);
    expect(checked([first, second, forged], [])).toEqual({ good: [1, 2], found: ['bad_signature 3'] });
    expect(checked(all, all, new Map())).toEqual({ good: [], found: ['bad_signature 1', 'bad_signature 2', 'bad_signature 3'] });
  });

  it.each<readonly [string, readonly SignedCheckpoint[], string]>([
    ['the first one is gone', [second, third], 'broken_chain 2'],
    ['one in the middle is gone from both', [first, third], 'broken_chain 3'],
    ['one names another one before it', [first, signCheckpoint({ ...second, previous: digestOf(second) }, log.key)], 'broken_chain 2'],
    ['one has the wrong number', [first, signCheckpoint({ ...second, number: 3 }, log.key)], 'broken_chain 3'],
    ['the first one names one before it', [signCheckpoint({ ...first, previous: digestOf(second) }, log.key)], 'broken_chain 1'],
  ])('are a broken chain where %s, though each is signed', (_what, chain, found) => {
    expect(checked(chain, chain)).toEqual({ good: chain.map(({ number }) => number), found: [found] });
  });

  it('say of each finding which checkpoint it is and what is wrong', () => {
    const findings = new Findings();
    checkCheckpoints([otherSignature(first)], [first, third], new Map(), findings);
    expect(findings.list.map(({ detail }) => detail)).toEqual([
      'checkpoint 1 is not the same in file and store', 'checkpoint 3 is in the file, but no longer in the store', 'checkpoint 1 is not signed by a published key', 'checkpoint 3 does not follow the one before it', 'checkpoint 3 is not signed by a published key',
    ]);
  });
});
