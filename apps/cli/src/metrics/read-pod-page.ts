import { pageEndpoints, type PageEndpoint, type ScrapedPod } from '@alloy/analysis';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Executed, Io } from '../io';
import type { FoundPage } from './read-page';

interface Pod extends ScrapedPod {
  readonly metadata: ScrapedPod['metadata'] & { readonly name: string; readonly namespace: string };
}

/** Reads a pod's page as the watcher does, through the API server, with the rights of the user's own kubectl. Throws `CliError`. */
export async function readPodPage(io: Pick<Io, 'execute'>, name: string, namespace: string | undefined): Promise<FoundPage> {
  const pod = podOf(await kubectl(io, ['get', 'pod', name, '--output=json', ...(namespace === undefined ? [] : [`--namespace=${namespace}`])]), name);
  const endpoints = pageEndpoints(pod);
  if (endpoints.length === 0) throw new CliError('no_endpoint', exitCodes.error, `pod ${name} has no metrics page: it declares no TCP port, or its annotation prometheus.io/scrape is "false"`);
  const failures: string[] = [];
  for (const endpoint of endpoints) {
    const answer = await kubectl(io, ['get', '--raw', proxyPath(pod, endpoint)]);
    if (answer.code === 0) return { from: `pod ${pod.metadata.namespace}/${name} at ${placeOf(endpoint)}`, text: answer.stdout };
    failures.push(`${placeOf(endpoint)}: ${said(answer)}`);
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
  if (answer.code === null) throw new CliError('no_kubectl', exitCodes.error, `kubectl could not be run: ${said(answer)}`, 'a pod is read with the rights of your own kubectl; a file or an address needs none');
  return answer;
}

const proxyPath = ({ metadata }: Pod, { scheme, port, path }: PageEndpoint): string =>
  `/api/v1/namespaces/${metadata.namespace}/pods/${scheme === 'https' ? 'https:' : ''}${metadata.name}:${port}/proxy${path}`;
const placeOf = ({ scheme, port, path }: PageEndpoint): string => `${scheme} port ${port}, ${path}`;
const said = ({ stderr }: Executed): string => stderr.trim().split('\n')[0] ?? '';
/** What kubectl prints where a pod answers 404. */
const isNotFound = (answer: Executed): boolean => answer.stderr.includes('(NotFound)');
