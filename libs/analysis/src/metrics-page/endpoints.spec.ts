import { pageEndpoints } from './endpoints';

const container = (name: string, ports: object[], more: object = {}) => ({ name, ports, ...more });
const port = (containerPort: number, name?: string) => ({ containerPort, ...(name !== undefined && { name }) });
const pod = (annotations: Record<string, string>, ...containers: object[]) => ({ metadata: { annotations }, spec: { containers } });
const first = (given: ReturnType<typeof pod>) => {
  const [endpoint] = pageEndpoints(given);
  return endpoint && `${endpoint.scheme}:${endpoint.port}${endpoint.path}`;
};
const prom = (values: Record<string, string>) => Object.fromEntries(Object.entries(values).map(([key, value]) => [`prometheus.io/${key}`, value]));

describe('pageEndpoints', () => {
  it.each([
    ['the annotated port, even if no container declares it', pod(prom({ port: '9102' }), container('web', [port(8080, 'metrics')])), 'http:9102/metrics'],
    ['an annotated port by its name', pod(prom({ port: 'admin' }), container('web', [port(8080, 'http'), port(9000, 'admin')])), 'http:9000/metrics'],
    ['a port named metrics before one named http', pod({}, container('web', [port(8080, 'http'), port(9090, 'metrics')])), 'http:9090/metrics'],
    ['a port named http-metrics of the second container', pod({}, container('web', [port(8080, 'http')]), container('exporter', [port(9100, 'http-metrics')])), 'http:9100/metrics'],
    ['a port whose name speaks of metrics', pod({}, container('web', [port(8080, 'http'), port(9000, 'app-metrics')])), 'http:9000/metrics'],
    ['a port named http before an unnamed one', pod({}, container('web', [port(5432), port(8080, 'http')])), 'http:8080/metrics'],
    ['any port before one of gRPC', pod({}, container('web', [port(50051, 'grpc'), port(8081, 'status')])), 'http:8081/metrics'],
    ['the first port where none has a name', pod({}, container('web', [port(8080), port(8081)])), 'http:8080/metrics'],
    ['the default container before the first', pod({ 'kubectl.kubernetes.io/default-container': 'web' }, container('logs', [port(2020)]), container('web', [port(8080)])), 'http:8080/metrics'],
    ['no port of a mesh, whatever its name', pod({}, container('istio-proxy', [port(15090, 'http-envoy-prom')]), container('web', [port(8080)])), 'http:8080/metrics'],
    ['no UDP port', pod({}, container('dns', [{ containerPort: 53, name: 'metrics', protocol: 'UDP' }, port(8080)])), 'http:8080/metrics'],
    ['the annotated path', pod(prom({ path: 'stats?format=prometheus' }), container('web', [port(8080)])), 'http:8080/stats?format=prometheus'],
    ['https by annotation', pod(prom({ port: '9102', scheme: 'HTTPS' }), container('web', [port(8080)])), 'https:9102/metrics'],
    ['https by the name of the port', pod({}, container('web', [port(9000, 'https-metrics')])), 'https:9000/metrics'],
    ['https by the number of the port', pod({}, container('web', [port(8443)])), 'https:8443/metrics'],
    ['http on 8443 if the port is named http', pod({}, container('web', [port(8443, 'http')])), 'http:8443/metrics'],
    ['http on 8443 if the annotation says so', pod(prom({ scheme: 'http' }), container('web', [port(8443)])), 'http:8443/metrics'],
    ['https if the probe of the port speaks it', pod({}, container('web', [port(8080, 'web')], { readinessProbe: { httpGet: { port: 'web', scheme: 'HTTPS' } } })), 'https:8080/metrics'],
  ])('begins with %s', (_, given, expected) => expect(first(given)).toBe(expected));

  it('tries the paths of Spring Boot and Quarkus where no annotation names one', () => {
    expect(pageEndpoints(pod({}, container('web', [port(8081, 'management')]))).map(({ path }) => path)).toEqual(['/metrics', '/actuator/prometheus', '/q/metrics']);
    expect(pageEndpoints(pod(prom({ path: '/m' }), container('web', [port(8081, 'management')])))).toHaveLength(1);
  });

  it('tries a second port only where no name or annotation tells the right one', () => {
    const ports = [port(8080), port(8081), port(8082)];
    expect(pageEndpoints(pod({}, container('web', ports))).map((endpoint) => endpoint.port)).toEqual([8080, 8081, 8080, 8081, 8080, 8081]);
    expect(new Set(pageEndpoints(pod(prom({ port: '8082' }), container('web', ports))).map((endpoint) => endpoint.port))).toEqual(new Set([8082]));
    expect(new Set(pageEndpoints(pod({}, container('web', [...ports, port(9090, 'metrics')]))).map((endpoint) => endpoint.port))).toEqual(new Set([9090]));
  });

  it.each([
    ['the annotations forbid it', pod(prom({ scrape: 'false', port: '9090' }), container('web', [port(8080)]))],
    ['no container has a port', pod({}, { name: 'worker' })],
    ['the annotated port is no port', pod(prom({ port: '70000' }), { name: 'worker' })],
  ])('has nothing where %s', (_, given) => expect(pageEndpoints(given)).toEqual([]));
});
