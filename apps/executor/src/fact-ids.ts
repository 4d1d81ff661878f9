import { createHash } from 'node:crypto';
import type { ReleaseEvent } from '@alloy/release';

/**
 * The id of a fact that follows from a decision, always the same (a UUIDv8 of its SHA-256): appending the fact again,
 * after a crash or from another replica, has no effect.
 * `decision` is the version of the decision in the release's stream; `detail` distinguishes facts of one type, default
 * none.
 */
export function factId(releaseId: string, decision: number, type: ReleaseEvent['type'], detail = ''): string {
  const bytes = createHash('sha256').update(JSON.stringify([releaseId, decision, type, ...(detail === '' ? [] : [detail])])).digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
