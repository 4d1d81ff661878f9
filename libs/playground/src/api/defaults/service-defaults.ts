import type { PlaygroundObject } from '../../objects';
import type { Store } from '../../store';
import { arrayOrEmpty, at, objectOrEmpty, type JsonObject } from '../json';
import { each, fill, within } from './fill';

/**
 * A Service with the API server's defaults; addresses and node ports are kept from the live object or newly assigned.
 */
export function defaultService(object: PlaygroundObject, live: PlaygroundObject | undefined, store: Store): PlaygroundObject {
  const spec = fill(object.spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  const before = objectOrEmpty(live?.spec);
  const external = spec['type'] === 'ExternalName';
  const addressed = external ? spec : fill(spec, { clusterIP: before['clusterIP'] ?? freeAddress(store) });
  const address = addressed['clusterIP'];
  const filled = external
    ? addressed
    : fill(addressed, { clusterIPs: [address], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster' });
  const opened = spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer';
  const exposed = opened
    ? fill(filled, {
        externalTrafficPolicy: 'Cluster',
        ...(spec['type'] === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
      })
    : filled;
  const ports = within(exposed, 'ports', each((port) => fill(port, { protocol: 'TCP', targetPort: port['port'] })));
  const affine =
    spec['sessionAffinity'] === 'ClientIP' ? fill(ports, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } }) : ports;
  return { ...object, spec: opened ? withNodePorts(affine, before, store) : affine };
}

const services = (store: Store): PlaygroundObject[] => store.list('services');

function freeAddress(store: Store): string {
  const taken = new Set(services(store).map((service) => at(service, 'spec', 'clusterIP')));
  for (let number = 10; number < 65_000; number += 1) {
    const address = `10.96.${Math.floor(number / 250)}.${(number % 250) + 1}`;
    if (!taken.has(address)) return address;
  }
  throw new Error('no free cluster IP');
}

function withNodePorts(spec: JsonObject, before: JsonObject, store: Store): JsonObject {
  const taken = new Set(
    services(store).flatMap((service) => arrayOrEmpty(at(service, 'spec', 'ports')).map((port) => at(port, 'nodePort'))),
  );
  return within(spec, 'ports', each((port) => {
    const same = arrayOrEmpty(before['ports']).find((old) => at(old, 'port') === port['port'] && at(old, 'protocol') === port['protocol']);
    const nodePort =
      port['nodePort'] ??
      at(same, 'nodePort') ??
      Array.from({ length: 2768 }, (_, index) => 30_000 + index).find((free) => !taken.has(free));
    taken.add(nodePort);
    return { ...port, nodePort };
  }));
}
