import type { OrderedTrigger } from './publisher';

/**
 * Triggers that this relay has ordered and not published yet, so that it does not have to read them; at most `most`.
 */
export class FreshTriggers {
  private triggers: readonly OrderedTrigger[] = [];

  constructor(private readonly most: number) {}

  /**
   * `triggers` are in order. Drops triggers without connection to the new ones, and triggers above the limit: the relay
   * can read them.
   */
  add(triggers: readonly OrderedTrigger[]): void {
    const joinsOn = this.triggers.at(-1)?.seq === (triggers[0]?.seq ?? 0) - 1;
    this.triggers = joinsOn && this.triggers.length + triggers.length <= this.most ? [...this.triggers, ...triggers] : triggers;
  }

  /** Removes and returns the triggers after the seq; undefined: none, or not the immediately next one. */
  takeAfter(seq: number): readonly OrderedTrigger[] | undefined {
    const triggers = this.triggers.filter((trigger) => trigger.seq > seq);
    this.triggers = [];
    return triggers[0]?.seq === seq + 1 ? triggers : undefined;
  }
}
