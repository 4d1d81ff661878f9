import type { EventFamily, StoredEvent } from '@alloy/contracts';
import type { Attributes, SpanKind } from '@alloy/opentelemetry';
import { spanRecorder } from './recorder';
import { currentScope, runIn, type Scope } from './scope';
import { formatTraceparent, parseTraceparent } from './traceparent';

export interface Handled {
  readonly release?: string;
  /** Default `internal`. */
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

/** Handles something from its beginning: a scope of its own, whatever it is called from. Its span is recorded only if something was appended, sent or written in it. */
export function handling<T>(name: string, { release, kind = 'internal', attributes = {} }: Handled, run: () => Promise<T>): Promise<T> {
  return inside({ release, span: spanRecorder().begin(name, kind, attributes) }, run);
}

/** A piece of the present work that has an effect outside: its span is always recorded, and so is the work around it. */
export function traced<T>(name: string, kind: SpanKind, attributes: Attributes, run: () => Promise<T>): Promise<T> {
  const outer = currentScope();
  const scope = { release: outer?.release, span: spanRecorder().begin(name, kind, attributes, outer?.span), outer };
  keepAll(scope);
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
  scope.span.set({ 'alloy.events': types.join(' '), 'alloy.release': scope.release });
  keepAll(scope);
  return formatTraceparent(scope.span.context);
}

/** Headers for a request that is sent in the present work. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const scope = currentScope();
  return scope ? spanRecorder().headers(scope.span) : {};
}

/** Ends the scope's span; for scopes that are not ended by `handling` or `traced`. */
export function endScope({ span, release }: Scope, error?: unknown): void {
  if (release !== undefined) span.set({ 'alloy.release': release });
  span.end(error);
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

function keepAll(scope: Scope): void {
  for (let one: Scope | undefined = scope; one; one = one.outer) one.span.keep();
}
