import type { Problem } from '@alloy/contracts';
import { CliError } from '../cli-error';
import { exitCodes, type ExitCode } from '../exit-codes';
import { printable } from '../output/printable';
import { hintOf } from './hints';
import { PassingError } from './passing-error';

/** What a status other than 2xx comes to, in Alloy's own words where it has some. */
export async function problemOf(answer: Response): Promise<CliError> {
  const { status } = answer;
  const problem = await readProblem(answer);
  const code = problem?.code ?? `http_${status}`;
  const text = problem ? textOf(problem) : `answered with HTTP ${status}, and without a reason that Alloy would give`;
  const seconds = secondsIn(answer.headers.get('retry-after'));
  const hint = hintOf(status, problem?.code, seconds);
  return isPassing(status, problem?.code) ? new PassingError(code, text, hint, (seconds ?? 0) * 1_000) : new CliError(code, exitOf(status), text, hint);
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
  const others = (problem.errors ?? []).filter((one) => one.detail !== problem.detail || one.pointer !== problem.pointer);
  return [line(problem), ...others.map((one) => `  ${line(one)}`)].join('\n');
}

const line = ({ detail, code, pointer }: { readonly detail: string; readonly code: string; readonly pointer?: string }): string =>
  printable(`${detail} [${code}]${pointer ? ` at ${pointer}` : ''}`);

/** Retry-After as Alloy writes it; a date (RFC 9110) is left to whoever sends one. */
const secondsIn = (text: string | null): number | undefined => (text !== null && /^[0-9]{1,4}$/.test(text) ? Number(text) : undefined);

/** A request that is still being done under the same key is no refusal: whether it is one is not known yet. */
const isPassing = (status: number, code: string | undefined): boolean => status === 408 || status === 429 || status >= 500 || code === 'in_flight';

/** What was understood and refused; the rest is an error of the way there. */
const REFUSALS: readonly number[] = [403, 409, 413, 415, 422];
const exitOf = (status: number): ExitCode => (REFUSALS.includes(status) ? exitCodes.refused : exitCodes.error);
