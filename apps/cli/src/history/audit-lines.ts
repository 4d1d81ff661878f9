import type { Colors } from '../output/colors';
import { count } from '../output/count';
import { printable } from '../output/printable';
import type { ExportReport } from './verify-export';

/** Coverage and findings of an audit, for users. */
export function auditLines(
  { ok, events, streams, checkpoints, signedUpTo, findings, foundInAll }: ExportReport,
  color: Colors,
): readonly string[] {
  const signed =
    checkpoints === 0
      ? 'no checkpoint to compare with: missing last events, or a completely rewritten log, cannot be detected'
      : `${signedUpTo} of them signed, by ${count(checkpoints, 'checkpoint')}`;
  return [
    `${count(events, 'event')} of ${count(streams, 'stream')} hashed again; ${signed}`,
    ok ? color.green('no findings') : color.red(`${foundInAll} broken`),
    ...findings.map(({ code, detail }) => printable(`  ${code.padEnd(22)} ${detail}`)),
    ...(foundInAll > findings.length ? [`  and ${foundInAll - findings.length} more`] : []),
  ];
}
