import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';

/** Variables in which CI systems provide the commit. */
const VARIABLES = [
  'GITHUB_SHA', 'CI_COMMIT_SHA', 'CIRCLE_SHA1', 'GIT_COMMIT', 'BUILDKITE_COMMIT', 'BITBUCKET_COMMIT',
  'BUILD_SOURCEVERSION',
] as const;

/** The released commit: as given, from the CI, or the one checked out here. Throws `CliError`. */
export async function findCommit(io: Pick<Io, 'env' | 'capture'>, given: string | undefined): Promise<string> {
  const known = given ?? VARIABLES.map((name) => io.env[name]).find(Boolean) ?? (await io.capture('git', ['rev-parse', 'HEAD']))?.trim();
  if (!known)
    throw new CliError(
      'no_commit',
      exitCodes.usage,
      'the commit is unknown: no CI variable and no git repository provides it; use --commit',
    );
  return known;
}
