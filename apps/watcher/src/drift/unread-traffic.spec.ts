import { ClusterError } from '@alloy/cluster';
import { UnreadTraffic } from './unread-traffic';

const denial = (resource: string, namespace: string, name = '') => new ClusterError(
  'forbidden',
  `GET /x: 403 ${resource}${name} is forbidden: cannot get resource "${resource}" in API group "" in the namespace "${namespace}"`,
);

/** The first words of each warning about these reads. */
function warned(...reads: readonly (readonly [string | undefined, unknown])[]): readonly string[] {
  const warnings: string[] = [];
  const unread = new UnreadTraffic(({ namespace }, text) => warnings.push(`${namespace ?? 'all'}: ${text}`));
  for (const [namespace, error] of reads) unread.report(namespace, error);
  return warnings;
}

describe('UnreadTraffic', () => {
  it('names a missing permission, its namespace, and the command that gives it', () => {
    const [warning] = warned(['shop', denial('services', 'shop')]);
    expect(warning).toMatch(/^shop: the watcher may not get services in namespace shop \(403\).*kubectl apply -n shop -f -/);
  });

  it('warns once about each permission in each namespace, whichever object was to be read', () => {
    const reads = [denial('services', 'shop', ' web'), denial('services', 'shop', ' web-canary'), denial('ingresses', 'shop')];
    expect(warned(...reads.map((error) => ['shop', error] as const), ['blog', denial('services', 'blog')]).map((text) =>
      /may not .*? \(403\)/.exec(text)![0])).toEqual([
      'may not get services in namespace shop (403)', 'may not get ingresses in namespace shop (403)',
      'may not get services in namespace blog (403)',
    ]);
  });

  it('warns once about each other cause, whatever its details, and advises no permission', () => {
    const warnings = warned(
      [undefined, new ClusterError('unreachable', 'GET /x: ECONNREFUSED')],
      [undefined, new ClusterError('unreachable', 'GET /x: ETIMEDOUT')],
      [undefined, new ClusterError('not_found', 'GET /apis/gateway.networking.k8s.io/v1/httproutes: 404')],
    );
    expect(warnings).toEqual([
      expect.stringMatching(/^all: the cluster can't be reached/), expect.stringMatching(/^all: GET \/apis.*404\. Until then/),
    ]);
    expect(warnings.join()).not.toContain('kubectl apply');
  });
});
