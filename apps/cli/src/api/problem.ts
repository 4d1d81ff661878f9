import type { Fault, Problem } from '@alloy/contracts';
import { isRetryableStatus } from '@alloy/runtime';
import { CliError } from '../cli-error';
import { exitCodes, type ExitCode } from '../exit-codes';
import { printable } from '../output/printable';
import { hintOf } from './hints';
import { PassingError } from './passing-error';

/** The error for a status other than 2xx, with the problem's text if there is one. */
export async function problemOf(answer: Response): Promise<CliError> {
  const { status } = answer;
  const problem = await readProblem(answer);
  const code = problem?.code ?? `http_${status}`;
  const text = problem ? textOf(problem) : `the server answered HTTP ${status} without a problem of Alloy`;
  const seconds = secondsIn(answer.headers.get('retry-after'));
  const hint = hintOf(status, problem?.code, seconds);
  return isPassing(status, problem?.code)
    ? new PassingError(code, text, hint, (seconds ?? 0) * 1_000)
    : new CliError(code, exitOf(status), text, hint);
}

async function readProblem(answer: Response): Promise<Problem | undefined> {
  try {
    const problem = (await answer.json()) as Partial<Problem> | null;
    return typeof problem?.code === 'string' && typeof problem.detail === 'string' ? (problem as Problem) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(problem: Problem): string {
  const isOther = ({ detail, pointer, line: number }: Fault): boolean =>
    detail !== problem.detail || pointer !== problem.pointer || number !== problem.line;
  const others = (problem.errors ?? []).filter(isOther);
  return [line(problem), ...others.map((one) => `  ${line(one)}`)].join('\n');
}

/** One line about the fault, and its excerpt of the file if there is one. */
function line({ detail, code, pointer, line: number, column, excerpt }: Fault): string {
  const position = number === undefined ? '' : `, ${number}:${column ?? 1}`;
  const text = printable(`${detail} [${code}]${pointer ? ` at ${pointer}${position}` : ''}`);
  return [text, ...(excerpt ?? '').split('\n').filter(Boolean).map((part) => `    ${printable(part)}`)].join('\n');
}

/** Retry-After in seconds, as Alloy writes it; dates (RFC 9110) are ignored. */
const secondsIn = (text: string | null): number | undefined => (text !== null && /^[0-9]{1,4}$/.test(text) ? Number(text) : undefined);

/** A request that is still running under the same key is not refused: its result is not known yet. */
const isPassing = (status: number, code: string | undefined): boolean =>
  isRetryableStatus(status) || code === 'in_flight';

/** Statuses of understood and refused requests; other statuses are errors. */
const REFUSALS: readonly number[] = [403, 409, 413, 415, 422];
const exitOf = (status: number): ExitCode => (REFUSALS.includes(status) ? exitCodes.refused : exitCodes.error);
