import { generateKeyPairSync } from 'node:crypto';
import { Findings } from './audit-report';
import { checkCheckpoints } from './check-checkpoints';
import { digestOf, keyIdOf, signCheckpoint, type SignedCheckpoint } from './checkpoint';
import { ALog } from './testing/a-log';

const log = new ALog();
for (const stream of ['s-1', 's-2', 's-3']) log.append(stream).sign();
const all: readonly SignedCheckpoint[] = log.checkpoints;
const [first, second, third] = all as [SignedCheckpoint, SignedCheckpoint, SignedCheckpoint];

/** Numbers of the valid checkpoints, and the findings as `code number`. */
function checked(store: readonly SignedCheckpoint[], file: readonly SignedCheckpoint[], keys = log.keys) {
  const findings = new Findings();
  const good = checkCheckpoints(store, file, keys, findings);
  return { good: good.map(({ number }) => number), found: findings.list.map(({ code, checkpoint }) => `${code} ${checkpoint}`) };
}

const otherSignature = (checkpoint: SignedCheckpoint): SignedCheckpoint => ({
  ...checkpoint,
  signature: Buffer.alloc(64, 1).toString('base64'),
});
const changed = (change: SignedCheckpoint) => all.map((checkpoint) => (checkpoint.number === change.number ? change : checkpoint));

describe('checkpoints of store and file', () => {
  it('are valid as created, in any order, and if the file lacks the last ones', () => {
    expect(checked(all, all)).toEqual({ good: [1, 2, 3], found: [] });
    expect(checked([...all].reverse(), [second, first])).toEqual({ good: [1, 2, 3], found: [] });
    expect(checked(all, [])).toEqual({ good: [1, 2, 3], found: [] });
    expect(checked([], [])).toEqual({ good: [], found: [] });
  });

  it('are reported as missing in the store', () =>
    expect(checked([first, third], all)).toEqual({ good: [1, 2, 3], found: ['checkpoint_missing 2'] }));

  it.each<readonly [string, SignedCheckpoint]>([
    ['root', { ...second, root: first.root }],
    ['signature', otherSignature(second)],
  ])('are reported as different if the store has another %s, and the file takes precedence', (_field, forged) => {
    expect(checked(changed(forged), all)).toEqual({ good: [1, 2, 3], found: ['checkpoint_differs 2'] });
  });

  it('are not chained if a signature was replaced in both, because the next digest covers the signature', () => {
    expect(checked(changed(otherSignature(second)), changed(otherSignature(second)))).toEqual({
      good: [1, 3],
      found: ['bad_signature 2', 'broken_chain 3'],
    });
  });

  it('are not signed if one was edited in both', () => {
    const forged = { ...second, root: first.root };
    expect(checked(changed(forged), changed(forged))).toEqual({ good: [1, 3], found: ['bad_signature 2', 'broken_chain 3'] });
  });

  it('are not signed if the key was not published', () => {
    const key = generateKeyPairSync('ed25519').privateKey;
    const forged = signCheckpoint({ ...third, key: keyIdOf(key) }, key);
    expect(checked([first, second, forged], [])).toEqual({ good: [1, 2], found: ['bad_signature 3'] });
    expect(checked(all, all, new Map())).toEqual({ good: [], found: ['bad_signature 1', 'bad_signature 2', 'bad_signature 3'] });
  });

  it.each<readonly [string, readonly SignedCheckpoint[], string]>([
    ['the first one is missing', [second, third], 'broken_chain 2'],
    ['one in the middle is missing in both', [first, third], 'broken_chain 3'],
    [
      'one references a wrong previous checkpoint',
      [first, signCheckpoint({ ...second, previous: digestOf(second) }, log.key)],
      'broken_chain 2',
    ],
    ['one has the wrong number', [first, signCheckpoint({ ...second, number: 3 }, log.key)], 'broken_chain 3'],
    [
      'the first one references a previous checkpoint',
      [signCheckpoint({ ...first, previous: digestOf(second) }, log.key)],
      'broken_chain 1',
    ],
  ])('are a broken chain if %s, although each is signed', (_what, chain, found) => {
    expect(checked(chain, chain)).toEqual({ good: chain.map(({ number }) => number), found: [found] });
  });

  it('are named in each finding with the reason', () => {
    const findings = new Findings();
    checkCheckpoints([otherSignature(first)], [first, third], new Map(), findings);
    expect(findings.list.map(({ detail }) => detail)).toEqual([
      'checkpoint 1 differs between file and store',
      'checkpoint 3 is in the file, but not in the store',
      'checkpoint 1 is not signed by a published key',
      'checkpoint 3 does not follow the previous checkpoint',
      'checkpoint 3 is not signed by a published key',
    ]);
  });
});
