import type { EventFamily, StoredEvent } from '@alloy/contracts';
import { currentScope, runIn, type Scope } from './scope';
import { Span, type Attributes, type EndedSpan, type SpanKind } from './span';
import { parseTraceparent } from './traceparent';

export type SpanSink = (span: EndedSpan) => void;
const sinks = new Set<SpanSink>();

/** From now on each span that ended, had an effect and is sampled is told; gives what ends that. The sink must not throw. */
export function tellSpans(sink: SpanSink): () => void {
  sinks.add(sink);
  return () => sinks.delete(sink);
}

export interface Handled {
  readonly release?: string;
  /** Default `internal`. */
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

/** Handles something from its beginning: a scope of its own, whatever it is called from. Told only if something was appended, sent or written in it. */
export function handling<T>(name: string, { release, kind = 'internal', attributes }: Handled, run: () => Promise<T>): Promise<T> {
  return inside({ release, span: new Span(name, kind, attributes) }, run);
}

/** A piece of the present work that has an effect outside; it is always told, and all around it. */
export function traced<T>(name: string, kind: SpanKind, attributes: Attributes, run: () => Promise<T>): Promise<T> {
  const outer = currentScope();
  const span = new Span(name, kind, attributes);
  if (outer) span.follow(outer.span.context);
  const scope = { release: outer?.release, span, outer };
  markWorked(scope);
  return inside(scope, run);
}

/** The present work follows from what carries this `traceparent`, an event say; null: a trace of its own begins with it. */
export function followTrace(traceparent: string | null | undefined): void {
  const context = parseTraceparent(traceparent);
  if (context) currentScope()?.span.follow(context);
}

/** The present work follows from the last of these events (of that family) that has a trace. */
export function followEvents(events: readonly Pick<StoredEvent, 'family' | 'traceparent'>[], family?: EventFamily): void {
  followTrace(events.findLast((event) => event.traceparent !== null && (family === undefined || event.family === family))?.traceparent);
}

/** For events of those types that are appended in the present work; `release` is what the work turns out to be about. null outside of any. */
export function continueTrace(release: string, types: readonly string[]): string | null {
  const scope = currentScope();
  if (!scope) return null;
  scope.release ??= release;
  scope.span.set({ 'alloy.events': types.join(' ') });
  markWorked(scope);
  return scope.span.traceparent;
}

/** Headers for a request that is sent in the present work. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const scope = currentScope();
  return scope ? { traceparent: scope.span.traceparent } : {};
}

/** Ends the scope's span; for scopes that are not ended by `handling` or `traced`. */
export function endScope({ span, release }: Scope, error?: unknown): void {
  if (!span.worked || !span.context.sampled || sinks.size === 0) return;
  if (release !== undefined) span.set({ 'alloy.release': release });
  const ended = span.end(error);
  for (const sink of sinks) sink(ended);
}

async function inside<T>(scope: Scope, run: () => Promise<T>): Promise<T> {
  try {
    const result = await runIn(scope, run);
    endScope(scope);
    return result;
  } catch (error) {
    endScope(scope, error);
    throw error;
  }
}

function markWorked(scope: Scope): void {
  for (let one: Scope | undefined = scope; one; one = one.outer) one.span.worked = true;
}
