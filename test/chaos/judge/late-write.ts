import type { StepKind } from '../fault';
import type { ScheduledRelease } from '../schedule';
import type { Broken } from './broken';

/** A write that was held until a newer decision had been carried out is refused; but a creation, which carries no condition: the canary that it leaves behind must be gone in the end. */
export function checkLateWrite({ tag }: Pick<ScheduledRelease, 'tag'>, project: string, step: StepKind, status: number): readonly Broken[] {
  if (step === 'apply' || status >= 400) return [];
  return [{ promise: 'fence', project, text: `${tag}: a write of ${step} that came after a newer decision was carried out was answered ${status} instead of being refused` }];
}
