import type { StepKind } from '../fault';
import type { ScheduledRelease } from '../schedule';
import type { Broken } from './broken';

/**
 * The API server must refuse a write that was held until a newer decision had been carried out. A creation has no
 * precondition; the end state shows whether its canary was deleted.
 */
export function checkLateWrite({ tag }: Pick<ScheduledRelease, 'tag'>, project: string, step: StepKind, status: number): readonly Broken[] {
  if (step === 'apply' || status >= 400) return [];
  return [
    {
      promise: 'fence',
      project,
      text: `${tag}: a write of ${step} that came after a newer decision was carried out was answered ${status} instead of being refused`,
    },
  ];
}
