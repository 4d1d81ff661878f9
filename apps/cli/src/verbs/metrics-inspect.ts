import { readRequests } from '@alloy/analysis';
import { requestsSchema, type RequestsPolicy } from '@alloy/release';
import { CliError } from '../cli-error';
import { exitCodes, type ExitCode } from '../exit-codes';
import { inspectionLines, inspectionOf, inspectionView } from '../metrics/inspection';
import { readPage } from '../metrics/read-page';
import type { Verb } from '../verb';

interface Options {
  readonly namespace?: string;
  readonly metric?: string;
  readonly statusLabel?: string;
  readonly errors?: string;
}

export const verb: Verb = {
  name: 'inspect',
  summary: 'Show the requests and errors that Alloy reads from a metrics page, and why it chose the series',
  example:
    'alloy metrics inspect web-7d9c-x2x5k --namespace shop\nalloy metrics inspect http://localhost:8080/metrics -o json\ncurl -s localhost:8080/metrics | alloy metrics inspect -',
  routes: [],
  mutating: false,
  register(command, run) {
    command
      .argument('<pod|file|url>', 'a pod, read through kubectl; a file, or - for stdin; or an http or https address')
      .option('-n, --namespace <name>', "namespace of the pod; default kubectl's own")
      .option('--metric <name>', 'read this series, as `analysis.requests.metric` of a policy does')
      .option('--status-label <name>', 'the label of --metric with the status')
      .option('--errors <values>', 'values of --status-label that are errors, separated by commas, such as 5xx,timeout');
    run<Options>(async ({ io, out }, [source = ''], options): Promise<ExitCode> => {
      const named = namedBy(options);
      const page = await readPage(io, source, options.namespace);
      const inspection = inspectionOf(page.from, readRequests(page.text, named));
      await out.one(inspection, inspectionView, inspectionLines);
      if (inspection.result !== 'unreadable') return exitCodes.done;
      out.note(`${page.from} is not a metrics page: ${inspection.why}`);
      return exitCodes.error;
    });
  },
};

/** The options as `analysis.requests`. Throws `CliError` if they are incomplete or invalid. */
function namedBy({ metric, statusLabel, errors }: Options): RequestsPolicy | undefined {
  if (metric === undefined && statusLabel === undefined && errors === undefined) return undefined;
  const parsed = requestsSchema.safeParse({
    metric,
    statusLabel,
    ...(errors !== undefined && { errors: errors.split(',').map((value) => value.trim()) }),
  });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${FLAGS[String(path[0])] ?? ''}: ${message}`);
  throw new CliError('bad_requests', exitCodes.usage, faults.join('; '), 'use --metric and --status-label together');
}

const FLAGS: Readonly<Record<string, string>> = { metric: '--metric', statusLabel: '--status-label', errors: '--errors' };
