import { resolve } from 'node:path';
import { AuditFolder, checkCheckpoints, Findings, LogWalk, type AuditReport, type SignedCheckpoint } from '@alloy/audit';
import type { StoredEvent } from '@alloy/contracts';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';

/** Coverage and findings of an export's audit; without checkpoints `signedUpTo` is 0. */
export type ExportReport = Omit<AuditReport, 'at'>;

/**
 * Hashes an export again, event by event, like the server. With checkpoints (a copy of ALLOY_AUDIT_DIR) it must be the
 * whole
 * log from its first event, because a checkpoint covers all releases. Memory: one entry per release. Throws `CliError`.
 */
export async function verifyExport(
  events: AsyncIterable<StoredEvent>,
  io: Pick<Io, 'cwd'>,
  auditDir: string | undefined,
): Promise<ExportReport> {
  const findings = new Findings();
  const checkpoints = auditDir === undefined ? [] : await goodCheckpoints(resolve(io.cwd, auditDir), findings);
  const walk = new LogWalk(checkpoints, findings);
  let seq = 0;
  for await (const event of events) {
    seq += 1;
    walk.ordered({ seq, stream: event.stream, version: event.version }, event);
  }
  walk.endOfOrder();
  return {
    ok: findings.count === 0,
    events: walk.events,
    streams: walk.streams,
    checkpoints: checkpoints.length,
    signedUpTo: walk.signedUpTo,
    findings: findings.list,
    foundInAll: findings.count,
  };
}

async function goodCheckpoints(dir: string, findings: Findings): Promise<readonly SignedCheckpoint[]> {
  const folder = new AuditFolder(dir);
  const [keys, checkpoints] = [await folder.keys(), await folder.checkpoints()];
  if (checkpoints.length === 0 || keys.size === 0)
    throw new CliError(
      'no_checkpoints',
      exitCodes.usage,
      `${dir} contains no checkpoints with their public key`,
      'Pass a copy of ALLOY_AUDIT_DIR with checkpoints.ndjson and the keys *.pub.pem.',
    );
  // Without a store the file's checkpoints are the only ones.
  return checkCheckpoints(checkpoints, [], keys, findings);
}
