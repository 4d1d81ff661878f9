import { inspect } from 'node:util';
import { z } from 'zod';

export const REDACTED = '[redacted]';

/** A value that only `reveal()` returns; its string, JSON and console forms are `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/** A required variable whose value is wrapped in a `Secret`. */
export const secret = () => z.string().min(1).transform((value) => new Secret(value));
