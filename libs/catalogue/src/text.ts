import type { StepRef } from '@alloy/release';

/** For example `1 canary pod` or `3 stable pods`. */
export const podCount = (count: number, track: string): string => `${count} ${track} pod${count === 1 ? '' : 's'}`;

/** The text as the beginning of a sentence. */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Subject of a Kubernetes Event about one attempt at one step. */
export const stepSubject = ({ step, attempt }: StepRef): string => `${step}.${attempt}`;
