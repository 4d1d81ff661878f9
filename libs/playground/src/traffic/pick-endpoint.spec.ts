import type { EndpointAddress, Endpoints } from '../kinds';
import { seededRandom } from '../seeded-ids';
import { pickEndpoint } from './pick-endpoint';

const address = (ip: string): EndpointAddress => ({ ip });
const endpoints = (...ips: string[]): Endpoints => ({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web' }, subsets: [{ addresses: ips.map(address), notReadyAddresses: [address('never')] }] });

describe('picking an endpoint', () => {
  const countsOf = (weightOf?: (each: EndpointAddress) => number): Record<string, number> => {
    const random = seededRandom(1);
    const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (let i = 0; i < 3_000; i++) counts[pickEndpoint(endpoints('a', 'b', 'c'), random, weightOf)!.ip]!++;
    return counts;
  };

  it('treats all ready ones alike', () => {
    for (const count of Object.values(countsOf())) expect(Math.abs(count - 1_000)).toBeLessThan(100);
  });

  it('follows weights', () => {
    const { a, b, c } = countsOf(({ ip }) => ({ a: 3, b: 1 })[ip] ?? 0);
    expect(c).toBe(0);
    expect(Math.abs(a! - 3 * b!)).toBeLessThan(300);
  });

  it('finds none where none is ready', () => {
    expect(pickEndpoint(endpoints(), () => 0)).toBeUndefined();
    expect(pickEndpoint(undefined, () => 0)).toBeUndefined();
    expect(pickEndpoint(endpoints('a'), () => 0.5, () => 0)).toBeUndefined();
  });
});
