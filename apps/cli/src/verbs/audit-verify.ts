import type { AuditReport } from '@alloy/audit';
import { CliError } from '../cli-error';
import { exitCodes, type ExitCode } from '../exit-codes';
import { auditLines } from '../history/audit-lines';
import { readExport } from '../history/read-export';
import { verifyExport, type ExportReport } from '../history/verify-export';
import type { View } from '../output/output';
import type { Session } from '../session';
import type { Verb } from '../verb';

interface Options {
  readonly file?: string;
  readonly checkpoints?: string;
}

/** Time limit in ms: the server hashes the whole log before it answers, about 20 s for a million events. */
const PATIENCE = 3_600_000;

export const verb: Verb = {
  name: 'verify',
  summary: 'Verify the hashes of the log, on the server or of an export; exit code 1 with findings',
  example: 'alloy audit verify\nalloy audit verify --file log.ndjson --checkpoints .alloy/audit',
  routes: ['GET /api/v1/audit/verify'],
  mutating: false,
  register(command, run) {
    command
      .option('--file <ndjson>', 'an export of whole releases (- is stdin), without a server')
      .option(
        '--checkpoints <folder>',
        'a copy of ALLOY_AUDIT_DIR, with its public keys; the file must then be an export of the whole log',
      );
    run<Options>(async (session, _args, { file, checkpoints }) => {
      if (file === undefined && checkpoints !== undefined)
        throw new CliError('no_file', exitCodes.usage, '--checkpoints requires --file: the server uses its own checkpoints');
      return printReport(session, file === undefined ? await ofServer(session) : await ofFile(session, file, checkpoints));
    });
  },
};

async function ofFile({ io }: Session, file: string, checkpoints: string | undefined): Promise<ExportReport> {
  const report = await verifyExport(readExport(file, io), io, checkpoints);
  // A failed export is empty as well. Checkpoints prove that there were events.
  if (report.events === 0 && checkpoints === undefined)
    throw new CliError('no_events', exitCodes.usage, `there is no event in ${file === '-' ? 'stdin' : file}: nothing was verified`);
  return report;
}

const ofServer = ({ api }: Session): Promise<AuditReport> => api.json<AuditReport>('api/v1/audit/verify', { patience: PATIENCE });

const view: View<ExportReport> = {
  name: ({ ok }) => (ok ? 'whole' : 'broken'),
  columns: [
    { head: 'LOG', cell: ({ ok }) => (ok ? 'whole' : 'broken') },
    { head: 'EVENTS', cell: ({ events }) => String(events) },
    { head: 'STREAMS', cell: ({ streams }) => String(streams) },
    { head: 'SIGNED', cell: ({ signedUpTo }) => String(signedUpTo) },
    { head: 'CHECKPOINTS', cell: ({ checkpoints }) => String(checkpoints) },
    { head: 'BROKEN', cell: ({ foundInAll }) => String(foundInAll) },
  ],
};

async function printReport({ out }: Session, report: ExportReport): Promise<ExitCode> {
  await out.one(report, view, out.format === 'wide' ? undefined : () => auditLines(report, out.color));
  return report.ok ? exitCodes.done : exitCodes.error;
}
