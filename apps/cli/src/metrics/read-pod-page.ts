import { pageEndpoints, type PageEndpoint, type ScrapedPod } from '@alloy/analysis';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Executed, Io } from '../io';
import type { FoundPage } from './read-page';

interface Pod extends ScrapedPod {
  readonly metadata: ScrapedPod['metadata'] & { readonly name: string; readonly namespace: string };
}

/**
 * Reads a pod's page like the watcher, through the API server, with the permissions of the user's kubectl. Throws
 * `CliError`.
 */
export async function readPodPage(io: Pick<Io, 'execute'>, name: string, namespace: string | undefined): Promise<FoundPage> {
  const pod = podOf(
    await kubectl(io, ['get', 'pod', name, '--output=json', ...(namespace === undefined ? [] : [`--namespace=${namespace}`])]),
    name,
  );
  const endpoints = pageEndpoints(pod);
  if (endpoints.length === 0)
    throw new CliError(
      'no_endpoint',
      exitCodes.error,
      `pod ${name} has no metrics page: it declares no TCP port, or its annotation prometheus.io/scrape is "false"`,
    );
  const failures: string[] = [];
  for (const endpoint of endpoints) {
    const answer = await kubectl(io, ['get', '--raw', proxyPath(pod, endpoint)]);
    if (answer.code === 0) return { from: `pod ${pod.metadata.namespace}/${name} at ${targetOf(endpoint)}`, text: answer.stdout };
    failures.push(`${targetOf(endpoint)}: ${said(answer)}`);
    if (!isNotFound(answer)) break;
  }
  throw new CliError('no_page', exitCodes.error, `pod ${name} serves no metrics page: ${failures.join('; ')}`);
}

function podOf(answer: Executed, name: string): Pod {
  if (answer.code !== 0) throw new CliError('no_pod', exitCodes.error, `pod ${name} can't be read by kubectl: ${said(answer)}`);
  return JSON.parse(answer.stdout) as Pod;
}

async function kubectl({ execute }: Pick<Io, 'execute'>, args: readonly string[]): Promise<Executed> {
  const answer = await execute('kubectl', args);
  if (answer.code === null)
    throw new CliError(
      'no_kubectl',
      exitCodes.error,
      `kubectl could not be run: ${said(answer)}`,
      'pods are read through kubectl with your permissions; files and addresses do not need it',
    );
  return answer;
}

const proxyPath = ({ metadata }: Pod, { scheme, port, path }: PageEndpoint): string =>
  `/api/v1/namespaces/${metadata.namespace}/pods/${scheme === 'https' ? 'https:' : ''}${metadata.name}:${port}/proxy${path}`;
const targetOf = ({ scheme, port, path }: PageEndpoint): string => `${scheme} port ${port}, ${path}`;
const said = ({ stderr }: Executed): string => stderr.trim().split('\n')[0] ?? '';
/** Whether kubectl reports that the pod answered 404. */
const isNotFound = (answer: Executed): boolean => answer.stderr.includes('(NotFound)');
