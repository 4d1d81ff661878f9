import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Executed } from '../io';
import { alloy } from '../testing/alloy';

const folder = join(__dirname, '../../../../test/metrics-pages');
interface Right {
  readonly page: string;
  readonly isPartial?: boolean;
  readonly series: string | null;
  readonly requests: number | null;
  readonly errors: number | null;
}
const pages = JSON.parse(readFileSync(join(folder, 'right.json'), 'utf8')) as readonly Right[];
const counters = 'http_requests_total{code="200"} 9\nhttp_requests_total{code="503"} 1\n';
const json = (out: string) => JSON.parse(out) as Record<string, unknown>;

describe('alloy metrics inspect', () => {
  it('reads the correct numbers from every page except that of three workers', async () => {
    for (const { page, isPartial, series, requests, errors } of pages) {
      const { code, out } = await alloy(['metrics', 'inspect', join(folder, `${page}.txt`), '-o', 'json']);
      const { metric, requests: read, errors: failed } = json(out);
      if (!isPartial)
        expect({ page, code, metric, requests: read, errors: failed }).toEqual({ page, code: 0, metric: series, requests, errors });
    }
    expect(pages.filter(({ isPartial, series }) => isPartial || series === null)).toHaveLength(2);
  });

  it('shows the series, the row that matched, and why others did not', async () => {
    const { out } = await alloy(['metrics', 'inspect', join(folder, 'spring-boot-3.5.6.txt')]);
    expect(out.split('\n')).toEqual([
      'requests   16',
      'errors     6',
      'series     http_server_requests_seconds_count, status in status, samples: 7',
      'row        micrometer-http',
      '',
      'NOT READ                                    WHY',
      'http_server_requests_active_seconds_count   it counts requests under way',
      '',
    ]);
  });

  it('reads stdin, and explains why a text is not a page', async () => {
    expect(json((await alloy(['metrics', 'inspect', '-', '-o', 'json'], {}, { stdin: counters })).out)).toMatchObject({
      source: 'stdin', result: 'counts', requests: 10, errors: 1, row: 'http-requests',
    });
    const { code, out, err } = await alloy(['metrics', 'inspect', '-'], {}, { stdin: '<html>' });
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: 'stdin is not a metrics page: line 1 is not a sample: "<html>"\n' });
  });

  it('gives a hint if no series counts requests', async () => {
    const { code, out } = await alloy(['metrics', 'inspect', '-'], {}, { stdin: 'jobs_total{state="done"} 3' });
    expect({ code, out }).toEqual({
      code: 0,
      out: 'no series of this page counts requests: `analysis.requests` of the policy can name one\n',
    });
  });

  it('reads the named series, like a policy', async () => {
    const stdin = 'jobs_total{state="done"} 3\njobs_total{state="Timeout"} 2\njobs_total{state="507"} 1';
    const { out } = await alloy(
      ['metrics', 'inspect', '-', '-o', 'json', '--metric', 'jobs_total', '--status-label', 'state', '--errors', 'timeout, 5xx'],
      {},
      { stdin },
    );
    expect(json(out)).toMatchObject({ requests: 6, errors: 3, row: 'policy' });
    expect(await alloy(['metrics', 'inspect', '-', '--metric', 'jobs_total'], {}, { stdin })).toMatchObject({
      code: 2,
      err: expect.stringContaining('--status-label'),
    });
  });

  it('requests the text format from an address, and accepts only 200', async () => {
    const asked: (string | null)[] = [];
    const answer = (status: number) => async (_url: unknown, init?: RequestInit) => {
      asked.push(new Headers(init?.headers).get('accept'));
      return new Response(counters, { status });
    };
    expect(
      json((await alloy(['metrics', 'inspect', 'http://app.test/metrics', '-o', 'json'], {}, { fetch: answer(200) as typeof fetch })).out),
    ).toMatchObject({ source: 'http://app.test/metrics', requests: 10 });
    expect(await alloy(['metrics', 'inspect', 'http://app.test/metrics'], {}, { fetch: answer(500) as typeof fetch })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('HTTP 500'),
    });
    expect(asked[0]).toBe('text/plain;version=0.0.4, */*;q=0.1');
  });

  describe('of a pod', () => {
    const pod = {
      metadata: { name: 'web-1', namespace: 'shop' },
      spec: { containers: [{ name: 'web', ports: [{ containerPort: 8443, name: 'management' }] }] },
    };
    /** A kubectl with the pod and these paths. */
    const kubectl = (paths: Readonly<Record<string, string>>, ran: string[] = []) => ({
      execute: async (command: string, args: readonly string[]): Promise<Executed> => {
        ran.push([command, ...args].join(' '));
        const text = args[0] === 'get' && args[1] === 'pod' ? JSON.stringify(pod) : paths[args.at(-1)!];
        return text === undefined
          ? { code: 1, stdout: '', stderr: 'Error from server (NotFound): the server could not find the requested resource\n' }
          : { code: 0, stdout: text, stderr: '' };
      },
    });

    it('reads it through kubectl, by the port, scheme and path that the watcher uses', async () => {
      const ran: string[] = [];
      const { out } = await alloy(
        ['metrics', 'inspect', 'web-1', '-n', 'shop', '-o', 'json'],
        {},
        kubectl({ '/api/v1/namespaces/shop/pods/https:web-1:8443/proxy/actuator/prometheus': counters }, ran),
      );
      expect(json(out)).toMatchObject({ source: 'pod shop/web-1 at https port 8443, /actuator/prometheus', requests: 10 });
      expect(ran).toEqual([
        'kubectl get pod web-1 --output=json --namespace=shop',
        'kubectl get --raw /api/v1/namespaces/shop/pods/https:web-1:8443/proxy/metrics',
        'kubectl get --raw /api/v1/namespaces/shop/pods/https:web-1:8443/proxy/actuator/prometheus',
      ]);
    });

    it('lists all endpoints that it tried', async () => {
      const { code, err } = await alloy(['metrics', 'inspect', 'pod/web-1'], {}, kubectl({}));
      expect(code).toBe(1);
      for (const path of ['/metrics', '/actuator/prometheus', '/q/metrics'])
        expect(err).toContain(`https port 8443, ${path}: Error from server (NotFound)`);
    });

    it('reports a missing kubectl', async () => {
      expect(await alloy(['metrics', 'inspect', 'web-1'])).toMatchObject({ code: 1, err: expect.stringContaining('spawn kubectl ENOENT') });
    });
  });

  it('refuses a source that is neither a file, an address nor a pod', async () => {
    expect(await alloy(['metrics', 'inspect', './no/such/file'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no such file'),
    });
  });
});
