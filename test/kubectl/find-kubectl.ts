import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');

/**
 * Path of a real kubectl: ALLOY_KUBECTL, else the one that setup:control-plane builds for the default version of
 * Kubernetes; builds it once (some minutes) if missing.
 * Rejects with an error that says what to provide.
 */
export async function findKubectl(): Promise<string> {
  const named = process.env['ALLOY_KUBECTL'];
  if (named !== undefined) return named;
  try {
    const { stdout } = await promisify(execFile)(join(root, 'scripts', 'control-plane', 'build.sh'), ['kubectl']);
    return join(stdout.trim(), 'kubectl');
  } catch (error) {
    throw new Error(
      `no kubectl: set ALLOY_KUBECTL to its path (${(error as { readonly stderr?: string }).stderr?.trim() ?? String(error)})`,
    );
  }
}
