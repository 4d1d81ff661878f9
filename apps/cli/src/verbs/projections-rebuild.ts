import { exitCodes, type ExitCode } from '../exit-codes';
import { Progress } from '../history/progress';
import { isWell, outcomeOf, type Projection, type Rebuild } from '../history/projection';
import { span } from '../output/age';
import type { View } from '../output/output';
import type { Session } from '../session';
import type { Page } from '../api/client';
import type { Verb } from '../verb';

interface Options {
  readonly compare?: boolean;
}

const POLL_MS = 250;

interface Rebuilt {
  readonly name: string;
  readonly rebuild: Rebuild;
}

const rebuiltView: View<Rebuilt> = {
  name: ({ name }) => name,
  columns: [
    { head: 'VIEW', cell: ({ name }) => name },
    { head: 'EVENTS', cell: ({ rebuild }) => String(rebuild.seq) },
    { head: 'TOOK', cell: ({ rebuild: { startedAt, updatedAt } }) => span((Date.parse(updatedAt) - Date.parse(startedAt)) / 1_000) },
    { head: 'OUTCOME', cell: ({ rebuild }) => outcomeOf(rebuild) },
  ],
};

export const verb: Verb = {
  name: 'rebuild',
  summary: 'Rebuild views from the log and replace the live ones (exit code 1 if that fails or, with --compare, differs)',
  example: 'alloy projections rebuild\nalloy projections rebuild release_timeline --compare',
  routes: ['GET /api/v1/projections', 'POST /api/v1/projections/{name}/rebuild', 'GET /api/v1/projections/{name}'],
  mutating: true,
  exits: [exitCodes.refused],
  register(command, run) {
    command
      .argument('[name...]', 'the views (default: all, one after the other)')
      .option('--compare', 'only compare the rebuilt view with the live one');
    run<Options>(async (session, names, { compare = false }) => {
      const wanted =
        names.length > 0 ? names : (await session.api.get<Page<Projection>>('api/v1/projections')).items.map(({ name }) => name);
      const done: Rebuilt[] = [];
      for (const name of wanted) {
        const rebuild = await rebuilt(session, name, !compare);
        done.push({ name, rebuild });
        if (!session.out.format) session.out.line(`${name}: ${outcomeOf(rebuild)}`);
      }
      if (session.out.format) await session.out.list(done, rebuiltView);
      return exitOf(done);
    });
  },
};

const exitOf = (done: readonly Rebuilt[]): ExitCode => (done.every(({ rebuild }) => isWell(rebuild)) ? exitCodes.done : exitCodes.error);

/** Starts a rebuild and waits for its end; Ctrl-C ends only the wait. */
async function rebuilt({ api, io, reason }: Session, name: string, swap: boolean): Promise<Rebuild> {
  const path = `api/v1/projections/${encodeURIComponent(name)}`;
  const progress = new Progress(io, name);
  let { rebuild } = await api.post<Projection>(`${path}/rebuild`, { swap, reason });
  for (; rebuild?.state === 'running'; { rebuild } = await api.get<Projection>(path)) {
    progress.show(rebuild.seq, rebuild.target);
    await io.sleep(POLL_MS, io.signal);
  }
  progress.end();
  if (rebuild === null) throw new Error(`the rebuild of ${name} is unknown`);
  return rebuild;
}
