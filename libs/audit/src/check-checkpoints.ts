import type { KeyObject } from 'node:crypto';
import type { Findings } from './audit-report';
import { digestOf, isSigned, type SignedCheckpoint } from './checkpoint';

/**
 * Compares the checkpoints of store and file and verifies their chain and signatures; returns the valid ones, by
 * number.
 * `file` was read before `store`, so the store must contain all checkpoints of the file.
 */
export function checkCheckpoints(
  store: readonly SignedCheckpoint[],
  file: readonly SignedCheckpoint[],
  keys: ReadonlyMap<string, KeyObject>,
  findings: Findings,
): readonly SignedCheckpoint[] {
  const stored = new Map(store.map((checkpoint) => [checkpoint.number, checkpoint]));
  for (const checkpoint of file) compare(checkpoint, stored.get(checkpoint.number), findings);
  // If they differ, the file takes precedence: it is harder to manipulate than the database.
  const all = new Map([...store, ...file].map((checkpoint) => [checkpoint.number, checkpoint]));
  const chain = [...all.values()].sort((a, b) => a.number - b.number);
  return chain.filter((checkpoint, i) => isGood(checkpoint, chain[i - 1], keys, findings));
}

function compare(inFile: SignedCheckpoint, inStore: SignedCheckpoint | undefined, findings: Findings): void {
  const { number } = inFile;
  if (!inStore)
    findings.add({ code: 'checkpoint_missing', checkpoint: number, detail: `checkpoint ${number} is in the file, but not in the store` });
  else if (digestOf(inStore) !== digestOf(inFile))
    findings.add({ code: 'checkpoint_differs', checkpoint: number, detail: `checkpoint ${number} differs between file and store` });
}

function isGood(
  checkpoint: SignedCheckpoint,
  before: SignedCheckpoint | undefined,
  keys: ReadonlyMap<string, KeyObject>,
  findings: Findings,
): boolean {
  const { number } = checkpoint;
  if (number !== (before?.number ?? 0) + 1 || checkpoint.previous !== digestOf(before)) {
    findings.add({ code: 'broken_chain', checkpoint: number, detail: `checkpoint ${number} does not follow the previous checkpoint` });
  }
  const good = isSigned(checkpoint, keys);
  if (!good) findings.add({ code: 'bad_signature', checkpoint: number, detail: `checkpoint ${number} is not signed by a published key` });
  return good;
}
