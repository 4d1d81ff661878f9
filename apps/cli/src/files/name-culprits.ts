import { CliError } from '../cli-error';
import type { ManifestFile } from './read-manifests';

const POINTER = / at \/manifests\/(\d+)\S*/g;

/** Adds file names to a refusal that refers to manifests by number; returns other errors unchanged. */
export function nameCulprits(error: unknown, files: readonly ManifestFile[]): unknown {
  if (!(error instanceof CliError)) return error;
  const { code, exitCode, message, hint } = error;
  const named = message.replace(POINTER, (found, index: string) =>
    files[Number(index)] ? `${found} (${files[Number(index)]!.name})` : found,
  );
  return named === message ? error : new CliError(code, exitCode, named, hint);
}
