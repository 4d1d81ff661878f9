import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';

/** Where CI systems say which commit they build. */
const VARIABLES = ['GITHUB_SHA', 'CI_COMMIT_SHA', 'CIRCLE_SHA1', 'GIT_COMMIT', 'BUILDKITE_COMMIT', 'BITBUCKET_COMMIT', 'BUILD_SOURCEVERSION'] as const;

/** The commit that is released: as told, as the CI says, or the one that is checked out here. Throws `CliError`. */
export async function findCommit(io: Pick<Io, 'env' | 'capture'>, told: string | undefined): Promise<string> {
  const known = told ?? VARIABLES.map((name) => io.env[name]).find(Boolean) ?? (await io.capture('git', ['rev-parse', 'HEAD']))?.trim();
  if (!known) throw new CliError('no_commit', exitCodes.usage, 'which commit is this? --commit says so; no variable of a CI and no git repository does');
  return known;
}
