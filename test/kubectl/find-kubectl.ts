import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');

/**
 * Path of a real kubectl: ALLOY_KUBECTL, else the one that setup:control-plane builds for the default version of Kubernetes, which is built if needed (some minutes, once).
 * Rejects with what to supply.
 */
export async function findKubectl(): Promise<string> {
  const named = process.env['ALLOY_KUBECTL'];
  if (named !== undefined) return named;
  try {
    const { stdout } = await promisify(execFile)(join(root, 'scripts', 'control-plane', 'build.sh'), ['kubectl']);
    return join(stdout.trim(), 'kubectl');
  } catch (error) {
    throw new Error(`no kubectl: name one in ALLOY_KUBECTL (${(error as { readonly stderr?: string }).stderr?.trim() ?? String(error)})`);
  }
}
