import type { StepRef } from './events';

/** Whether a fact belongs to this step, attempt and decision. */
export const sameRef = (a: StepRef, b: StepRef): boolean => a.step === b.step && a.attempt === b.attempt && a.decision === b.decision;
