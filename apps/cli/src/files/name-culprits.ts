import { CliError } from '../cli-error';
import type { ManifestFile } from './read-manifests';

const POINTER = / at \/manifests\/(\d+)\S*/g;

/** A refusal of manifests, which points at them by number, with the names of their files as well; everything else as it is. */
export function nameCulprits(error: unknown, files: readonly ManifestFile[]): unknown {
  if (!(error instanceof CliError)) return error;
  const { code, exitCode, message, hint } = error;
  const named = message.replace(POINTER, (found, index: string) => (files[Number(index)] ? `${found} (${files[Number(index)]!.name})` : found));
  return named === message ? error : new CliError(code, exitCode, named, hint);
}
