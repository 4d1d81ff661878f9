import type { KubeObject } from '@alloy/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClusterError } from '../errors';
import type { ProxyAnswer, ProxyTarget } from '../ports';
import { probePage } from './probe-page';

interface PodOptions {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ports?: ReadonlyArray<{ readonly name?: string; readonly containerPort: number }>;
}
const pod = ({ annotations = {}, ports = [{ containerPort: 8080 }] }: PodOptions = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', annotations },
  spec: { containers: [{ name: 'web', ports }] },
});
const answers = (status: number, body: string) => ({ podProxyGet: async (): Promise<ProxyAnswer> => ({ status, body }) });
const fails = (error: Error) => ({ podProxyGet: async (): Promise<ProxyAnswer> => Promise.reject(error) });
const page = (name: string) => readFileSync(join(__dirname, '../../../../test/metrics-pages', `${name}.txt`), 'utf8');
const apiServer = (why: string) =>
  answers(503, JSON.stringify({ kind: 'Status', reason: 'ServiceUnavailable', message: `error trying to reach service: ${why}` }));

describe('probePage', () => {
  it.each([
    [
      'request series',
      answers(200, page('spring-boot-3.5.6')),
      'requests',
      'counts requests in http_server_requests_seconds_count (port 8080, /metrics)',
    ],
    [
      'no request series',
      answers(200, page('nestjs-prometheus-6.1.1')),
      'no_requests',
      'serves a metrics page without a series of requests',
    ],
    ['an empty page', answers(200, '\n'), 'no_requests', 'serves an empty page'],
    ['HTML for any path', answers(200, '<!DOCTYPE html><html></html>'), 'absent', 'answers with HTML'],
    ['404', answers(404, 'no such page'), 'absent', 'has no metrics page (port 8080, /metrics: HTTP 404)'],
    ['406', answers(406, ''), 'unread', 'has a page that is answered with HTTP 406'],
    ['401', answers(401, ''), 'unread', 'HTTP 401'],
    ['500', answers(500, ''), 'unread', 'HTTP 500'],
    [
      'a page with a broken line',
      answers(200, 'http_requests_total{code="200"} 5\nhttp_requests_total{code="500"'),
      'unread',
      "serves a page that can't be read",
    ],
    [
      'a refused connection',
      apiServer('dial tcp 10.0.0.1:8080: connect: connection refused'),
      'unread',
      'could not be read: error trying to reach service: dial tcp',
    ],
    [
      'a failed TLS handshake',
      apiServer('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
      'unread',
      'x509',
    ],
    ['a time-out', fails(new ClusterError('unreachable', 'GET /metrics: timed out')), 'unread', 'timed out'],
  ] as const)('reports the response of a pod: %s', async (_, cluster, result, detail) => {
    const probe = await probePage(cluster, 'shop', pod());
    expect(probe).toMatchObject({ pod: 'web-1', port: 8080, path: '/metrics', result });
    expect(probe.detail).toContain(detail);
  });

  it('returns the number of requests, and the convention by which it counted them', async () => {
    expect(await probePage(answers(200, page('spring-boot-3.5.6')), 'shop', pod())).toMatchObject({
      status: 200,
      requests: 16,
      row: expect.any(String),
    });
  });

  it.each<[string, PodOptions]>([
    ['its port is annotated', { annotations: { 'prometheus.io/port': '9090' } }],
    ['its path is annotated', { annotations: { 'prometheus.io/path': '/actuator/prometheus' } }],
    ['a port is named metrics', { ports: [{ containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }] }],
  ])('reports an unread page for 404 and for HTML if %s', async (_, options) => {
    expect(await probePage(answers(404, ''), 'shop', pod(options))).toMatchObject({ result: 'unread' });
    expect(await probePage(answers(200, '<html></html>'), 'shop', pod(options))).toMatchObject({ result: 'unread' });
  });

  it('finds the page at the path of Spring Boot, and counts the series that the policy names', async () => {
    const spring = {
      podProxyGet: async (_namespace: string, _pod: string, { path }: ProxyTarget): Promise<ProxyAnswer> =>
        path === '/actuator/prometheus' ? { status: 200, body: page('spring-boot-3.5.6') } : { status: 404, body: '' },
    };
    expect(await probePage(spring, 'shop', pod())).toMatchObject({ result: 'requests', path: '/actuator/prometheus', requests: 16 });
    const own = answers(200, 'jobs_total{state="bad"} 2');
    expect(await probePage(own, 'shop', pod())).toMatchObject({ result: 'no_requests' });
    expect(await probePage(own, 'shop', pod(), { metric: 'jobs_total', statusLabel: 'state' })).toMatchObject({
      result: 'requests',
      requests: 2,
      row: 'policy',
    });
  });

  it.each([['ok'], ['<!DOCTYPE html><html></html>'], ['{"status":"UP"}']])(
    'reports no page for an application that answers 404 for /metrics and %s for every other path',
    async (body) => {
      const everything = {
        podProxyGet: async (_namespace: string, _pod: string, { path }: ProxyTarget): Promise<ProxyAnswer> =>
          path === '/metrics' ? { status: 404, body: '' } : { status: 200, body },
      };
      expect(await probePage(everything, 'shop', pod())).toMatchObject({ result: 'absent', path: '/metrics', status: 404 });
    },
  );

  it('sends no request to a pod without a port, or to one whose annotations forbid it', async () => {
    const never = fails(new Error('asked'));
    expect(await probePage(never, 'shop', pod({ ports: [] }))).toMatchObject({ result: 'no_port', port: null, detail: 'declares no port' });
    expect(await probePage(never, 'shop', pod({ annotations: { 'prometheus.io/scrape': 'false' } }))).toMatchObject({
      result: 'opted_out',
      port: null,
    });
  });

  it('names the missing right if the API server forbids the request', async () => {
    const forbidden = JSON.stringify({
      kind: 'Status',
      reason: 'Forbidden',
      message: 'pods "web-1" is forbidden: User "x" cannot get resource "pods/proxy" in API group "" in the namespace "shop"',
    });
    expect(await probePage(answers(403, forbidden), 'shop', pod())).toMatchObject({
      result: 'unread',
      status: null,
      detail: expect.stringContaining('pods/proxy'),
    });
  });

  it('rejects with an error that is not a ClusterError', async () => {
    await expect(probePage(fails(new TypeError('a bug')), 'shop', pod())).rejects.toThrow('a bug');
  });
});
