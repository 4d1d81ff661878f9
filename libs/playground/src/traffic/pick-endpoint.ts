import type { EndpointAddress, Endpoints } from '../kinds';

/** Relative share of the traffic that an endpoint gets; a route's weights come in here. */
export type WeightOf = (address: EndpointAddress) => number;

/** One of a Service's ready endpoints, by weight (default: all alike); `undefined` when none is ready or none has any weight. */
export function pickEndpoint(endpoints: Endpoints | undefined, random: () => number, weightOf: WeightOf = () => 1): EndpointAddress | undefined {
  const ready = (endpoints?.subsets ?? []).flatMap(({ addresses = [] }) => addresses).map((address) => ({ address, weight: weightOf(address) }));
  let left = random() * ready.reduce((sum, { weight }) => sum + weight, 0);
  return ready.find(({ weight }) => (left -= weight) < 0)?.address;
}
