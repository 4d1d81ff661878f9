const FORM = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

/** Errors of Go's decoder for a text that is no quantity. */
export const QUANTITY_ERRORS = [
  `quantities must match the regular expression '${FORM.source}'`,
  "unable to parse quantity's suffix",
] as const;

/** Why a text is no quantity, such as `500m` or `1Gi`; undefined if it is one. */
export function quantityError(text: string): string | undefined {
  const [, number, suffix = ''] = FORM.exec(text) ?? [];
  if (number === undefined || !Number.isFinite(Number(number))) return QUANTITY_ERRORS[0];
  return suffix in SUFFIXES || /^[eE][-+]?[0-9]+$/.test(suffix) ? undefined : QUANTITY_ERRORS[1];
}

/** The value of a quantity; NaN if the text is none. */
export function quantityValue(text: string): number {
  if (quantityError(text) !== undefined) return Number.NaN;
  const [, number, suffix = ''] = FORM.exec(text)!;
  return suffix in SUFFIXES ? Number(number) * SUFFIXES[suffix]! : Number(number + suffix);
}
