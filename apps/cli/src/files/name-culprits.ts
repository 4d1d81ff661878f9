import { CliError } from '../cli-error';
import type { ManifestFile } from './read-manifests';

/** A pointer into the manifests, as `problemOf` prints it, perhaps with line and column. */
const POINTER = /( at \/manifests\/(\d+)\S*?)(?:, (\d+:\d+))?(?=\s|$)/g;

/**
 * Adds file names, with line and column, to a refusal that refers to manifests by number; returns other errors
 * unchanged.
 */
export function nameCulprits(error: unknown, files: readonly ManifestFile[]): unknown {
  if (!(error instanceof CliError)) return error;
  const { code, exitCode, message, hint } = error;
  const named = message.replace(POINTER, (found, pointer: string, index: string, position: string | undefined) => {
    const file = files[Number(index)];
    return file ? `${pointer} (${file.name}${position === undefined ? '' : `:${position}`})` : found;
  });
  return named === message ? error : new CliError(code, exitCode, named, hint);
}
