import { METRICS_PORTS, pageEndpoints, WEB_PORTS } from './endpoints';

const container = (name: string, ports: object[], more: object = {}) => ({ name, ports, ...more });
const port = (containerPort: number, name?: string) => ({ containerPort, ...(name !== undefined && { name }) });
const pod = (annotations: Record<string, string>, ...containers: object[]) => ({ metadata: { annotations }, spec: { containers } });
const first = (given: ReturnType<typeof pod>) => {
  const [endpoint] = pageEndpoints(given);
  return endpoint && `${endpoint.scheme}:${endpoint.port}${endpoint.path}`;
};
const prom = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`prometheus.io/${key}`, value]));

describe('pageEndpoints', () => {
  it.each([
    [
      'the annotated port, even if no container declares it',
      pod(prom({ port: '9102' }), container('web', [port(8080, 'metrics')])),
      'http:9102/metrics',
    ],
    [
      'an annotated port by its name',
      pod(prom({ port: 'admin' }), container('web', [port(8080, 'http'), port(9000, 'admin')])),
      'http:9000/metrics',
    ],
    [
      'a port named metrics before one named http',
      pod({}, container('web', [port(8080, 'http'), port(9090, 'metrics')])),
      'http:9090/metrics',
    ],
    [
      'a port named http-metrics of the second container',
      pod({}, container('web', [port(8080, 'http')]), container('exporter', [port(9100, 'http-metrics')])),
      'http:9100/metrics',
    ],
    ['a port whose name contains metrics', pod({}, container('web', [port(8080, 'http'), port(9000, 'app-metrics')])), 'http:9000/metrics'],
    ['a port named http before an unnamed one', pod({}, container('web', [port(5432), port(8080, 'http')])), 'http:8080/metrics'],
    ['any port before one of gRPC', pod({}, container('web', [port(50051, 'grpc'), port(8081, 'status')])), 'http:8081/metrics'],
    ['the first port where none has a name', pod({}, container('web', [port(8080), port(8081)])), 'http:8080/metrics'],
    [
      'the default container before the first',
      pod({ 'kubectl.kubernetes.io/default-container': 'web' }, container('logs', [port(2020)]), container('web', [port(8080)])),
      'http:8080/metrics',
    ],
    [
      'no port of a mesh, whatever its name',
      pod({}, container('istio-proxy', [port(15090, 'http-envoy-prom')]), container('web', [port(8080)])),
      'http:8080/metrics',
    ],
    ['no UDP port', pod({}, container('dns', [{ containerPort: 53, name: 'metrics', protocol: 'UDP' }, port(8080)])), 'http:8080/metrics'],
    [
      'the annotated path',
      pod(prom({ path: 'stats?format=prometheus' }), container('web', [port(8080)])),
      'http:8080/stats?format=prometheus',
    ],
    ['https by annotation', pod(prom({ port: '9102', scheme: 'HTTPS' }), container('web', [port(8080)])), 'https:9102/metrics'],
    ['https by the name of the port', pod({}, container('web', [port(9000, 'https-metrics')])), 'https:9000/metrics'],
    ['https by the number of the port', pod({}, container('web', [port(8443)])), 'https:8443/metrics'],
    ['http on 8443 if the port is named http', pod({}, container('web', [port(8443, 'http')])), 'http:8443/metrics'],
    ['http on 8443 if the annotation says so', pod(prom({ scheme: 'http' }), container('web', [port(8443)])), 'http:8443/metrics'],
    [
      'https if the probe of the port speaks it',
      pod({}, container('web', [port(8080, 'web')], { readinessProbe: { httpGet: { port: 'web', scheme: 'HTTPS' } } })),
      'https:8080/metrics',
    ],
  ])('starts with %s', (_, given, expected) => expect(first(given)).toBe(expected));

  it('tries the paths of Spring Boot and Quarkus where no annotation names one', () => {
    expect(pageEndpoints(pod({}, container('web', [port(8081, 'management')]))).map(({ path }) => path)).toEqual([
      '/metrics', '/actuator/prometheus', '/q/metrics',
    ]);
    expect(pageEndpoints(pod(prom({ path: '/m' }), container('web', [port(8081, 'management')])))).toHaveLength(1);
  });

  it('tries a second port only if no name or annotation identifies the right one', () => {
    const ports = [port(8080), port(8081), port(8082)];
    expect(pageEndpoints(pod({}, container('web', ports))).map((endpoint) => endpoint.port)).toEqual([8080, 8081, 8080, 8081, 8080, 8081]);
    expect(new Set(pageEndpoints(pod(prom({ port: '8082' }), container('web', ports))).map((endpoint) => endpoint.port))).toEqual(
      new Set([8082]),
    );
    expect(new Set(pageEndpoints(pod({}, container('web', [...ports, port(9090, 'metrics')]))).map((endpoint) => endpoint.port))).toEqual(
      new Set([9090]),
    );
  });

  it.each([
    ['the annotations forbid it', pod(prom({ scrape: 'false', port: '9090' }), container('web', [port(8080)]))],
    ['no container has a port', pod({}, { name: 'worker' })],
    ['the annotated port is invalid', pod(prom({ port: '70000' }), { name: 'worker' })],
  ])('is empty if %s', (_, given) => expect(pageEndpoints(given)).toEqual([]));
});

describe('the first port', () => {
  const named = (...names: (string | undefined)[]) => pod({}, container('web', names.map((name, i) => port(9001 + i, name))));
  /** The names in the order in which their ports are tried. */
  const firstOf = (...names: (string | undefined)[]) => names[pageEndpoints(named(...names))[0]!.port - 9001];

  it('is the most specific by name: metrics, names that contain metrics, web servers, http…, any, gRPC', () => {
    const order = [...METRICS_PORTS, 'app-metrics', ...WEB_PORTS, 'http2-x', 'admin', 'grpc-api'];
    for (const [place, name] of order.slice(1).entries()) {
      const surer = order[place]!;
      expect([firstOf(name, surer), firstOf(surer, name)]).toEqual([surer, surer]);
    }
  });

  it.each([
    'metrics', 'http-metrics', 'https-metrics', 'prometheus', 'http-prometheus', 'prom', 'http-prom', 'telemetry',
    'monitoring', 'management', 'actuator', 'my-prom', 'metrics2',
  ])('is the only one if its name says that it serves metrics: %s', (name) => {
    expect(new Set(pageEndpoints(named('admin', name)).map((endpoint) => endpoint.port))).toEqual(new Set([9002]));
  });

  it.each(['http', 'web', 'https', 'http-web', 'web-http', 'api', 'app', 'server'])(
    'is followed by a second port if its name only indicates a web server: %s',
    (name) => {
      expect(new Set(pageEndpoints(named('admin', name)).map((endpoint) => endpoint.port))).toEqual(new Set([9002, 9001]));
    },
  );

  it.each([
    ['an HTTP port before an unnamed one', [undefined, 'httpx'], 'httpx'],
    ['an unnamed one before one of gRPC', ['my-grpc', undefined], undefined],
    ['one that has http in its middle as any other', ['admin', 'my-http'], 'admin'],
  ] as const)('is %s', (_, names, expected) => {
    expect(firstOf(...names)).toBe(expected);
  });

  it.each(['istio-proxy', 'linkerd-proxy', 'envoy', 'envoy-sidecar', 'consul-dataplane', 'cloud-sql-proxy', 'vault-agent', 'daprd'])(
    'is never one of the sidecar %s, unless there is no other',
    (sidecar) => {
      for (const name of ['metrics', 'http-envoy-prom', 'http']) {
        expect(first(pod({}, container(sidecar, [port(15090, name)]), container('web', [port(8080, 'grpc')])))).toBe('http:8080/metrics');
      }
      expect(pageEndpoints(pod({}, container(sidecar, [port(15090)])))).toHaveLength(3);
    },
  );

  it.each([
    ['8080', 8080],
    ['1', 1],
    ['65535', 65_535],
    ['0', 7000],
    ['65536', 7000],
    ['100000', 7000],
    ['80a', 7000],
    ['a80', 7000],
    ['', 7000],
    ['missing', 7000],
  ])('is the annotated one if %j is a port, else the declared one (%d)', (annotated, expected) => {
    expect(pageEndpoints(pod(prom({ port: annotated }), container('web', [port(7000)])))[0]).toMatchObject({ port: expected });
  });

  it.each(['TCP', undefined])('may have the protocol %s', (protocol) =>
    expect(pageEndpoints(pod({}, container('web', [{ containerPort: 8080, protocol }])))).toHaveLength(3),
  );
  it('may not have another protocol', () =>
    expect(pageEndpoints(pod({}, container('web', [{ containerPort: 8080, protocol: 'SCTP' }])))).toEqual([]));

  it('does not exist if the pod has no spec or no container', () => {
    expect(pageEndpoints({ metadata: {} })).toEqual([]);
    expect(pageEndpoints({ metadata: {}, spec: {} })).toEqual([]);
  });

  it('is in the default container at any position', () => {
    const containers = ['a', 'b', 'c'].map((name, i) => container(name, [port(9001 + i)]));
    for (const [i, { name }] of containers.entries())
      expect(first(pod({ 'kubectl.kubernetes.io/default-container': name }, ...containers))).toBe(`http:${9001 + i}/metrics`);
    expect(first(pod({}, ...containers))).toBe('http:9001/metrics');
  });
});

describe('the path', () => {
  it.each([
    ['stats', '/stats'],
    ['/stats', '/stats'],
    ['', '/metrics'],
  ])('is built from the annotation %j: %s', (path, expected) =>
    expect(first(pod(prom({ path }), container('web', [port(8080)])))).toBe(`http:8080${expected}`),
  );
});

describe('the scheme', () => {
  const get = (probed: number | string, scheme?: string) => ({ httpGet: { port: probed, ...(scheme !== undefined && { scheme }) } });
  const withProbes = (number: number, name: string | undefined, probes: object) =>
    first(pod({}, container('web', [port(number, name)], probes)))?.split(':')[0];

  it.each([
    [443, 'https'],
    [6443, 'https'],
    [8443, 'https'],
    [9443, 'https'],
    [80, 'http'],
    [8080, 'http'],
  ])('of %d without a name is %s', (number, expected) => expect(withProbes(number, undefined, {})).toBe(expected));

  it.each([
    ['https', 'https'],
    ['https-web', 'https'],
    ['web-https', 'https'],
    ['web-tls', 'https'],
    ['tls-web', 'https'],
    ['web-https-a', 'http'],
    ['a-tls-b', 'http'],
    ['subtls', 'http'],
    ['nohttps', 'http'],
    ['web', 'http'],
  ])('of 8080 with the name %s is %s', (name, expected) => {
    expect(withProbes(8080, name, {})).toBe(expected);
  });

  it.each([
    ['http', 'http'],
    ['http-web', 'http'],
    ['httpx', 'https'],
    ['web', 'https'],
  ])('of 8443 with the name %s is %s', (name, expected) => expect(withProbes(8443, name, {})).toBe(expected));

  it.each<[string, object, string]>([
    ['https by the readiness probe', { readinessProbe: get(8080, 'HTTPS') }, 'https'],
    ['https by the liveness probe', { livenessProbe: get(8080, 'HTTPS') }, 'https'],
    ['https by the startup probe', { startupProbe: get(8080, 'HTTPS') }, 'https'],
    ["https by a probe of the port's name", { livenessProbe: get('web', 'HTTPS') }, 'https'],
    [
      'https by the readiness probe before the others',
      { readinessProbe: get('web', 'HTTPS'), livenessProbe: get('web', 'HTTP'), startupProbe: get('web', 'HTTP') },
      'https',
    ],
    ['http by a probe without a scheme', { readinessProbe: get(8080) }, 'http'],
    ['http by its number: another port is probed', { readinessProbe: get(9090, 'HTTPS'), livenessProbe: get('admin', 'HTTPS') }, 'http'],
    ['https by the first probe over HTTP', { readinessProbe: { exec: { command: ['true'] } }, livenessProbe: get(8080, 'HTTPS') }, 'https'],
    ['http by its number: no probe asks over HTTP', { readinessProbe: { tcpSocket: { port: 8080 } } }, 'http'],
  ])('of 8080 with the name web is %s', (_, probes, expected) => expect(withProbes(8080, 'web', probes)).toBe(expected));

  it('is read from a probe before the name or the number of the port', () => {
    expect(withProbes(8443, 'https', { readinessProbe: get(8443, 'HTTP') })).toBe('http');
    expect(withProbes(8443, undefined, { readinessProbe: get(8443) })).toBe('http');
  });

  it('of an annotated port is that of the declared port with its number', () => {
    const given = pod(
      prom({ port: '9000' }),
      container('web', [port(8080, 'http')], { readinessProbe: get(9000) }),
      container('admin', [port(9000)], { readinessProbe: get(9000, 'HTTPS') }),
    );
    expect(first(given)).toBe('https:9000/metrics');
    expect(first(pod(prom({ port: '9443' }), container('web', [port(8080, 'http')])))).toBe('https:9443/metrics');
  });

  it.each([
    ['http', 'http'],
    ['HTTP', 'http'],
    ['https', 'https'],
    ['ftp', 'https'],
    ['', 'https'],
  ])('of 8443 by the annotation %j is %s', (scheme, expected) =>
    expect(first(pod(prom({ scheme }), container('web', [port(8443)])))).toBe(`${expected}:8443/metrics`),
  );
});
