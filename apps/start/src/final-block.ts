import { join, relative } from 'node:path';
import type { Home } from './home';

export interface FinalBlockInput {
  readonly home: Home;
  readonly url: string;
  readonly kubeconfig: string;
  readonly user: string;
  readonly project: string;
  /** Path of the folder examples/shop. */
  readonly shop: string;
  readonly cwd: string;
  readonly seconds: number;
}

/** The last output of a start: all addresses and files, and a command to paste. */
export function finalBlock({ home, url, kubeconfig, user, project, shop, cwd, seconds }: FinalBlockInput): string {
  const short = (path: string): string => (relative(cwd, path).startsWith('..') ? path : relative(cwd, path) || '.');
  return `
Alloy is up after ${seconds.toFixed(1)} s: ${url}

  token       ${short(home.token)}   (user ${user}, project ${project})
  kubeconfig  ${short(kubeconfig)}
  logs        ${short(home.logs)}

Release v1 by pasting this line (${short(join(shop, 'release.sh'))} v1 does the same and waits for the end):

  ${curlLine({ url, token: home.token, user, project, shop, tag: 'v1' })}

Ctrl-C stops everything; what was released stays for the next start.
`;
}

export interface CurlInput {
  readonly url: string;
  readonly token: string;
  readonly user: string;
  readonly project: string;
  readonly shop: string;
  readonly tag: string;
}

/** The original webhook as one shell command that works in any folder. */
export function curlLine({ url, token, user, project, shop, tag }: CurlInput): string {
  const file = (name: string): string => `"${name}":"'"$(base64 < ${quote(join(shop, 'k8s', `${name}.yaml`))} | tr -d '\\n')"'"`;
  const body = `{"user_id":"${user}","project_id":"${project}","image_tag":"${tag}","commit_sha":"abc123def","strategy":"auto","files":{${['secret', 'service', 'deployment'].map(file).join(',')}}}`;
  return `curl -sS -X POST ${url}/api/webhook/deploy -H "Authorization: Bearer $(cat ${quote(token)})" -H 'Content-Type: application/json' -d '${body}'`;
}

const quote = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
