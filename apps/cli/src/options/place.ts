import { Option } from 'commander';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Context } from '../config/context';

export interface PlaceOptions {
  readonly project?: string;
  readonly environment?: string;
}

/** Where something is released. */
export interface Place {
  readonly project: string;
  readonly environment: string;
}

export const projectOption = (): Option => new Option('--project <id>', 'which project (default: ALLOY_PROJECT, or what the context says)');
export const environmentOption = (): Option => new Option('--environment <name>', 'which environment (default: ALLOY_ENVIRONMENT, what the context says, or production)');

/** As told, or as the context has it. Throws `CliError` where no project is known. */
export function placeOf({ project, environment }: PlaceOptions, context: Context): Place {
  const known = project ?? context.project;
  if (known === undefined) throw new CliError('no_project', exitCodes.usage, 'which project? --project, ALLOY_PROJECT or the context say so');
  return { project: known, environment: environment ?? context.environment ?? 'production' };
}
