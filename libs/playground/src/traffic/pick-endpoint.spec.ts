import type { Endpoint, EndpointSlice } from '../kinds';
import { seededRandom } from '../seeded-ids';
import { pickEndpoint } from './pick-endpoint';

const slice = (...endpoints: Endpoint[]): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1' },
  addressType: 'IPv4',
  endpoints,
  ports: [{ port: 8080 }],
});
const ready = (ip: string): Endpoint => ({ addresses: [ip] });
const never: Endpoint = { addresses: ['never'], conditions: { ready: false, serving: true, terminating: true } };

describe('pickEndpoint', () => {
  const countsOf = (weightOf?: (each: Endpoint) => number): Record<string, number> => {
    const random = seededRandom(1);
    const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (let i = 0; i < 3_000; i++)
      counts[pickEndpoint([slice(ready('a'), never), slice(ready('b'), ready('c'))], random, weightOf)!.endpoint.addresses[0]!]!++;
    return counts;
  };

  it('picks all ready endpoints of all slices with equal probability', () => {
    for (const count of Object.values(countsOf())) expect(Math.abs(count - 1_000)).toBeLessThan(100);
  });

  it('follows weights', () => {
    const { a, b, c } = countsOf(({ addresses: [ip = ''] }) => ({ a: 3, b: 1 })[ip] ?? 0);
    expect(c).toBe(0);
    expect(Math.abs(a! - 3 * b!)).toBeLessThan(300);
  });

  it('returns undefined if none is ready', () => {
    expect(pickEndpoint([slice(never)], () => 0)).toBeUndefined();
    expect(pickEndpoint([{ ...slice(), endpoints: null }], () => 0)).toBeUndefined();
    expect(pickEndpoint([], () => 0)).toBeUndefined();
    expect(pickEndpoint([slice(ready('a'))], () => 0.5, () => 0)).toBeUndefined();
  });
});
