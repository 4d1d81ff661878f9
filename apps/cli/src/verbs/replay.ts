import { checkHistory, stateAt } from '@alloy/release';
import { CliError } from '../cli-error';
import { exitCodes, type ExitCode } from '../exit-codes';
import { checkLines } from '../history/check-lines';
import { findHistories, type FoundHistory } from '../history/find-histories';
import { knownOf } from '../history/known';
import { momentLines, replayedMoments } from '../history/replay-lines';
import { checkView, momentView, stateView } from '../history/replay-views';
import { momentOf } from '../history/when';
import type { Session } from '../session';
import type { Verb } from '../verb';

interface Options {
  readonly at?: string;
  readonly check?: boolean;
  readonly file?: string;
}

export const verb: Verb = {
  name: 'replay',
  summary:
    'Show a release step by step from its events, its state at any moment, or decide it again with the current code (exit code 1 if that differs)',
  example:
    'alloy replay 01K9ZJ5QX8N4V7R2T6WDYB3CHM\nalloy replay 01K9ZJ5QX8N4V7R2T6WDYB3CHM --at 12\nalloy replay --file log.ndjson --check',
  routes: ['GET /api/v1/events'],
  mutating: false,
  register(command, run) {
    command
      .argument('[release]', 'its id; optional for a file with one release, and with --check')
      .option('--at <moment>', 'its state at a version, a time such as 2026-01-31T08:00:00Z, or an age such as 2h')
      .option('--check', 'decide again with the current code, and list the differences')
      .option('--file <ndjson>', 'read an export (- is stdin), without a server');
    run<Options>(async (session, [release], { at, check, file }) => {
      if (at !== undefined && check) throw new CliError('at_or_check', exitCodes.usage, '--at and --check exclude each other');
      const found = await findHistories(session, release, file);
      if (check) return checkAll(session, found);
      if (found.length > 1)
        throw new CliError(
          'which_release',
          exitCodes.usage,
          `there are ${found.length} releases in ${file}: name one`,
          found
            .slice(0, 20)
            .map((one) => one.release)
            .join('\n'),
        );
      return at === undefined ? printMoments(session, found[0]!) : printState(session, found[0]!, at);
    });
  },
};

async function printMoments({ out }: Session, { release, history }: FoundHistory): Promise<void> {
  const moments = replayedMoments(history);
  if (out.format === 'json' || out.format === 'yaml')
    return out.data({ release, project: history.identity.project, environment: history.identity.environment, moments });
  if (out.format) return out.list(moments, momentView);
  out.line(`release ${release} of ${history.identity.project} (${history.identity.environment}), requested ${moments[0]?.at}`);
  for (const moment of moments) for (const line of ['', ...momentLines(moment, out.color)]) out.line(line);
}

async function printState({ out, io }: Session, { release, history }: FoundHistory, at: string): Promise<void> {
  const state = stateAt(history, momentOf(at, io.now(), '--at'));
  if (out.format) return out.one(state, stateView);
  if (state.status === 'none') return out.line(`release ${release} had not been requested yet`);
  out.line(`release ${release} at v${state.version}, ${state.updatedAt}: ${knownOf(state)}`);
  await out.data(state);
}

async function checkAll({ out }: Session, found: readonly FoundHistory[]): Promise<ExitCode> {
  const checks = found.map(({ release, history }) => ({ release, ...checkHistory(history) }));
  if (out.format) await out.list(checks, checkView);
  else for (const check of checks) for (const line of checkLines(check.release, check, out.color)) out.line(line);
  return checks.every(({ deviations }) => deviations.length === 0) ? exitCodes.done : exitCodes.error;
}
