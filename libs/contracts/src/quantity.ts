const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/;

/**
 * The value of a Kubernetes quantity (`500m`, `1Gi`, `1e3`); NaN: it is none. The API server may write it in another
 * form.
 */
export function quantityOf(value: unknown): number {
  const [, number, exponent = '', suffix = ''] = QUANTITY.exec(String(value)) ?? [];
  return number === undefined ? Number.NaN : Number(number + exponent) * SUFFIXES[suffix]!;
}
