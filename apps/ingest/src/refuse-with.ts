import { ProblemError } from '@alloy/service';
import type { Finding, Result } from './manifests/finding';

const MAX_ERRORS = 20;
/** Forbidden values are reported before invalid ones. */
const severity: Readonly<Record<Finding['status'], number>> = { 413: 0, 403: 1, 400: 2, 422: 3, 409: 4 };

/** The value, or the findings as one problem: the most severe first, all of them (at most 20) in `errors`. */
export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  const findings = [...result.findings].sort((a, b) => severity[a.status] - severity[b.status]);
  const [first] = findings;
  if (!first) throw new Error('a refusal without a finding');
  const errors = findings.slice(0, MAX_ERRORS).map(({ code, detail, pointer, place }) => ({ code, detail, pointer, ...place }));
  const { place, ...problem } = first;
  throw new ProblemError({ ...problem, ...place, ...(findings.length > 1 ? { errors } : {}) });
}
