import { quantityOf } from '@alloy/contracts';

const FORM = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

/** Errors of Go's decoder for a text that is no quantity. */
export const QUANTITY_ERRORS = [
  `quantities must match the regular expression '${FORM.source}'`,
  "unable to parse quantity's suffix",
] as const;

/** Why a text is no quantity, such as `500m` or `1Gi`; undefined if it is one. */
export function quantityError(text: string): string | undefined {
  if (!Number.isNaN(quantityOf(text))) return undefined;
  const [, number] = FORM.exec(text) ?? [];
  return QUANTITY_ERRORS[number === undefined || Number.isNaN(quantityOf(number)) ? 0 : 1];
}
