import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { METRICS_ACCEPT } from '@alloy/analysis';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { readText } from '../files/read-text';
import type { Io } from '../io';
import { readPodPage } from './read-pod-page';

/** A metrics page and its source. */
export interface FoundPage {
  readonly from: string;
  readonly text: string;
}

const POD = /^(?:pods?\/)?([a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)$/;
const TIMEOUT_MS = 10_000;

/**
 * Reads a page from stdin (`-`), an address, an existing file, or a pod (`NAME` or `pod/NAME`), in this order. Throws
 * `CliError`.
 */
export async function readPage(io: Io, source: string, namespace: string | undefined): Promise<FoundPage> {
  if (source === '-') return { from: 'stdin', text: await readText(io, source) };
  if (/^https?:\/\//i.test(source)) return { from: source, text: await fetchPage(io, source) };
  if (existsSync(resolve(io.cwd, source))) return { from: source, text: await readText(io, source) };
  const pod = POD.exec(source)?.[1];
  if (pod === undefined)
    throw new CliError('no_page', exitCodes.usage, `${source}: there is no such file, and it is neither an address nor a pod's name`);
  return readPodPage(io, pod, namespace);
}

async function fetchPage({ fetch, signal }: Pick<Io, 'fetch' | 'signal'>, address: string): Promise<string> {
  try {
    const answer = await fetch(address, {
      headers: { accept: METRICS_ACCEPT },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (answer.status === 200) return await answer.text();
    await answer.body?.cancel();
    throw new CliError('no_page', exitCodes.error, `${address} answers with HTTP ${answer.status} instead of 200`);
  } catch (error) {
    if (error instanceof CliError || signal.aborted) throw error;
    const { message, cause } = error as Error & { readonly cause?: { readonly code?: string; readonly message?: string } };
    throw new CliError('no_page', exitCodes.error, `${address} could not be read: ${cause?.code ?? cause?.message ?? message}`);
  }
}
