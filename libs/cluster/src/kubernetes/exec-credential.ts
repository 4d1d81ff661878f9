import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ClusterAccessError } from './cluster-access';

const run = promisify(execFile);

export const execSchema = z.looseObject({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});
export type ExecSpec = z.infer<typeof execSchema>;

const credentialSchema = z.looseObject({ status: z.looseObject({ token: z.string().min(1), expirationTimestamp: z.string().optional() }) });

const EARLY_MS = 60_000;
const TIMEOUT_MS = 30_000;

/** Bearer token of a kubeconfig's exec plugin, renewed a minute before it expires. Client certificates from plugins are not taken. */
export function execCredential(spec: ExecSpec, folder: string): () => Promise<string> {
  let held: { readonly header: string; readonly until: number } | undefined;
  return async () => {
    if (held && Date.now() < held.until) return held.header;
    const { status } = credentialIn(await output(spec, folder), spec);
    const until = status.expirationTimestamp === undefined ? Infinity : Date.parse(status.expirationTimestamp) - EARLY_MS;
    held = { header: `Bearer ${status.token}`, until };
    return held.header;
  };
}

/** What is no credential may still be a secret: it is not repeated. */
function credentialIn(text: string, { command }: ExecSpec): z.output<typeof credentialSchema> {
  try {
    return credentialSchema.parse(JSON.parse(text));
  } catch {
    throw new ClusterAccessError(`${command}, which the kubeconfig names for credentials, gave no ExecCredential with a token`);
  }
}

async function output(spec: ExecSpec, folder: string): Promise<string> {
  const info = JSON.stringify({ apiVersion: spec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  // By POSIX' env(1): the plugin inherits the process's whole environment (cloud profile, home), as kubectl's would, and gets these besides.
  const variables = [...(spec.env ?? []).map(({ name, value }) => `${name}=${value}`), `KUBERNETES_EXEC_INFO=${info}`];
  try {
    const { stdout } = await run('env', [...variables, spec.command, ...(spec.args ?? [])], { cwd: folder, timeout: TIMEOUT_MS });
    return stdout;
  } catch (error) {
    throw new ClusterAccessError(`${spec.command}, which the kubeconfig names for credentials, failed (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}
