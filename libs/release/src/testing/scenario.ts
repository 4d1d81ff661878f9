import type { Actor } from '@alloy/contracts';
import { decide } from '../decide';
import { familyOf } from '../event-family';
import type { ReleaseEvent } from '../events';
import { evolve } from '../evolve';
import { isEnded } from '../guards';
import { initialState } from '../initial-state';
import type { Context, Decision } from '../context';
import type { Recorded, State } from '../state';
import { isoOf, msOf } from '../time';
import type { By, Fact } from './facts';
import { context as standard, identity, START } from './fixtures';

/** Time passes. */
export interface After {
  readonly seconds: number;
}
/** The context changes. */
export interface Meanwhile {
  readonly context: Partial<Context>;
}
/** A sequence as one item, e.g. `happyUntil('analyse')`. */
export interface Along {
  readonly along: (scenario: Scenario) => void;
}
export type Item = ReleaseEvent | Fact | By | After | Meanwhile | Along;
type Expected = Decision['type'] | { readonly type: Decision['type']; readonly [field: string]: unknown };

export const after = (seconds: number): After => ({ seconds });
/** Applies all items before the planner decides. */
export const atOnce = (...items: readonly Item[]): Along => ({ along: (scenario) => items.forEach((item) => scenario.apply(item)) });
export const meanwhile = (context: Partial<Context>): Meanwhile => ({ context });
/**
 * Plays one release: after each item the planner decides as often as necessary.
 * Times are fixed: the scenario starts at START and only `after` moves the clock.
 */
export class Scenario {
  state: State = initialState(identity);
  now = msOf(START);
  context: Context = standard;
  readonly log: Recorded[] = [];
  private since = 0;

  /** Events so far; the scenario adds the decisions. */
  given(...items: readonly Item[]): this {
    this.play(items);
    this.since = this.log.length;
    return this;
  }

  when(...items: readonly Item[]): this {
    this.since = this.log.length;
    this.play(items);
    return this;
  }

  /** Expects exactly these decisions since `when`: a type, or a type with some fields of its payload. */
  then(...expected: readonly Expected[]): this {
    const wanted = expected.map((one) =>
      typeof one === 'string' ? { type: one } : { type: one.type, data: expect.objectContaining(without(one)) },
    );
    expect(this.decisions().map(({ type, data }) => ({ type, data }))).toEqual(wanted.map((one) => expect.objectContaining(one)));
    return this;
  }

  /** Expects these fields in the state. */
  thenState(fields: Readonly<Record<string, unknown>>): this {
    expect(this.state).toMatchObject(fields);
    return this;
  }

  /** Decisions since `when`. */
  decisions(): readonly Recorded[] {
    return this.log.slice(this.since).filter(({ type }) => familyOf[type] === 'decision');
  }

  /** Appends one event without deciding. */
  append(event: ReleaseEvent, actor: Actor = { kind: 'service', id: 'test' }): void {
    const version = this.state.version + 1;
    const recorded: Recorded = { ...event, id: `e${version}`, version, occurredAt: isoOf(this.now), actor };
    this.log.push(recorded);
    this.state = evolve(this.state, recorded);
    this.followSlot(event);
  }

  /** Decides once; returns the number of decisions. */
  decide(): number {
    const decisions = decide(this.state, this.context, this.now);
    for (const decision of decisions) this.append(decision, { kind: 'service', id: 'planner' });
    return decisions.length;
  }

  play(items: readonly Item[]): void {
    for (const item of items) {
      this.apply(item);
      this.decide();
    }
  }

  /** Applies an item without deciding. */
  apply(item: Item): void {
    if (typeof item === 'function') this.append(item(this.state));
    else if ('along' in item) item.along(this);
    else if ('seconds' in item) this.now += item.seconds * 1000;
    else if ('context' in item) this.context = { ...this.context, ...item.context };
    else if ('actor' in item) this.append(item.event, item.actor);
    else this.append(item);
  }

  private followSlot(event: ReleaseEvent): void {
    const { slot } = this.context;
    if (event.type === 'ReleasePlanned')
      this.context = { ...this.context, slot: { holder: this.state.releaseId, counter: event.data.slotCounter } };
    else if (isEnded(this.state) && slot.holder === this.state.releaseId)
      this.context = { ...this.context, slot: { ...slot, holder: null } };
  }
}

const without = ({ type: _, ...rest }: Exclude<Expected, string>): Record<string, unknown> => rest;

/** Begins a scenario: `given(requested(), ...).when(...).then(...)`. */
export const given = (...items: readonly Item[]): Scenario => new Scenario().given(...items);
