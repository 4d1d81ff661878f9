import type { Endpoint, EndpointSlice } from '../kinds';

/** Relative share of an endpoint; routes set weights here. */
export type WeightOf = (endpoint: Endpoint) => number;

export interface Picked {
  readonly endpoint: Endpoint;
  /** The first port of its slice; absent: the slice has none. */
  readonly port: number | undefined;
}

/**
 * Picks a ready endpoint of a Service by weight (default: equal); `undefined` if none is ready or all weights are 0.
 */
export function pickEndpoint(slices: readonly EndpointSlice[], random: () => number, weightOf: WeightOf = () => 1): Picked | undefined {
  const ready = slices.flatMap(({ endpoints, ports }) =>
    (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .map((endpoint) => ({ endpoint, port: ports?.[0]?.port, weight: weightOf(endpoint) })),
  );
  let left = random() * ready.reduce((sum, { weight }) => sum + weight, 0);
  return ready.find(({ weight }) => (left -= weight) < 0);
}
