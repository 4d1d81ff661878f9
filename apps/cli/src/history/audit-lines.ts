import type { Colors } from '../output/colors';
import { count } from '../output/count';
import { printable } from '../output/printable';
import type { ExportReport } from './verify-export';

/** What an audit covers and what is broken, for people. */
export function auditLines({ ok, events, streams, checkpoints, signedUpTo, findings, foundInAll }: ExportReport, color: Colors): readonly string[] {
  const signed = checkpoints === 0 ? 'no checkpoint to hold it to: a cut-off end, or a log that was written anew as a whole, would not show' : `${signedUpTo} of them signed, by ${count(checkpoints, 'checkpoint')}`;
  return [
    `${count(events, 'event')} of ${count(streams, 'stream')} hashed again; ${signed}`,
    ok ? color.green('nothing is broken') : color.red(`${foundInAll} broken`),
    ...findings.map(({ code, detail }) => printable(`  ${code.padEnd(22)} ${detail}`)),
    ...(foundInAll > findings.length ? [`  and ${foundInAll - findings.length} more`] : []),
  ];
}
