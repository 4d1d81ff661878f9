import { Option } from 'commander';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Context } from '../config/context';

export interface TargetOptions {
  readonly project?: string;
  readonly environment?: string;
}

/** Project and environment of a release. */
export interface Target {
  readonly project: string;
  readonly environment: string;
}

export const projectOption = (): Option => new Option('--project <id>', 'the project (default: ALLOY_PROJECT, or the context\'s)');
export const environmentOption = (): Option =>
  new Option('--environment <name>', "the environment (default: ALLOY_ENVIRONMENT, the context's, or production)");

/** From the options, else from the context. Throws `CliError` without a project. */
export function targetOf({ project, environment }: TargetOptions, context: Context): Target {
  const known = project ?? context.project;
  if (known === undefined)
    throw new CliError('no_project', exitCodes.usage, 'no project given: use --project, ALLOY_PROJECT or a context with a project');
  return { project: known, environment: environment ?? context.environment ?? 'production' };
}
