import type { Problem } from '@alloy/contracts';
import { CliError } from '../cli-error';
import { exitCodes, type ExitCode } from '../exit-codes';
import { printable } from '../output/printable';

/** What a status other than 2xx comes to, in Alloy's own words where it has some. */
export async function problemOf(answer: Response): Promise<CliError> {
  const { status } = answer;
  const problem = await readProblem(answer);
  if (problem === undefined) return new CliError(`http_${status}`, exitOf(status), `answered with HTTP ${status}, and without a reason that Alloy would give`, hintOf(status));
  const lines = [line(problem), ...(problem.errors ?? []).filter((one) => one.detail !== problem.detail || one.pointer !== problem.pointer).map((one) => `  ${line(one)}`)];
  return new CliError(problem.code, exitOf(status), lines.join('\n'), hintOf(status));
}

async function readProblem(answer: Response): Promise<Problem | undefined> {
  try {
    const problem = (await answer.json()) as Partial<Problem> | null;
    return typeof problem?.code === 'string' && typeof problem.detail === 'string' ? (problem as Problem) : undefined;
  } catch {
    return undefined;
  }
}

const line = ({ detail, code, pointer }: { readonly detail: string; readonly code: string; readonly pointer?: string }): string =>
  printable(`${detail} [${code}]${pointer ? ` at ${pointer}` : ''}`);

/** What was understood and refused; the rest is an error of the way there. */
const REFUSALS: readonly number[] = [403, 409, 413, 415, 422];
const exitOf = (status: number): ExitCode => (REFUSALS.includes(status) ? exitCodes.refused : exitCodes.error);

function hintOf(status: number): string | undefined {
  if (status === 401) return 'The token is not good here: ALLOY_TOKEN, --context or `alloy login` give another.';
  if (status === 429) return 'Too many requests: try again in a moment.';
  return undefined;
}
