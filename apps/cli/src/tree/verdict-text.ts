import type { RecordedVerdict } from '@alloy/release';

/** `17 %`, `16.7 %`. */
export const percent = (value: number): string => `${Math.round(value * 10) / 10} %`;

const rate = (value: number | null): string => (value === null ? 'no data' : `${Math.round(value * 10_000) / 100} %`);

/** The numbers that a verdict compared, else its detail. */
export function verdictText({ numbers, detail }: RecordedVerdict): string {
  const { canaryRequests, canaryErrors, canaryErrorRate, baselineRequests, baselineErrors, baselineErrorRate, threshold } = numbers;
  if (canaryErrorRate === null) return detail;
  const limit = threshold === null ? '' : `, limit ${rate(threshold)}`;
  return `canary ${canaryErrors} errors in ${canaryRequests} requests (${rate(canaryErrorRate)}), stable ${baselineErrors} in ${baselineRequests} (${rate(baselineErrorRate)})${limit}`;
}
