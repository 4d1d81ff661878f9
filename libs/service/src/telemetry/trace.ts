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

/**
 * Runs a handler in its own scope, independent of the caller's. Its span is recorded only if an event was appended, or
 * something was sent or written in it.
 */
export function handling<T>(name: string, { release, kind = 'internal', attributes = {} }: Handled, run: () => Promise<T>): Promise<T> {
  return inside({ release, span: spanRecorder().begin(name, kind, attributes) }, run);
}

/**
 * Runs a part of the current work with an external effect: its span is always recorded, and so is the span of the
 * surrounding work.
 */
export function traced<T>(name: string, kind: SpanKind, attributes: Attributes, run: () => Promise<T>): Promise<T> {
  const outer = currentScope();
  const scope = { release: outer?.release, span: spanRecorder().begin(name, kind, attributes, outer?.span), outer };
  keepAll(scope);
  return inside(scope, run);
}

/** Continues the trace of this `traceparent`, for example an event's, in the current work; null: starts a new trace. */
export function followTrace(traceparent: string | null | undefined): void {
  const context = parseTraceparent(traceparent);
  if (context) currentScope()?.span.follow(context);
}

/** Continues, in the current work, the trace of the last of these events (of the family) that has one. */
export function followEvents(events: readonly Pick<StoredEvent, 'family' | 'traceparent'>[], family?: EventFamily): void {
  followTrace(events.findLast((event) => event.traceparent !== null && (family === undefined || event.family === family))?.traceparent);
}

/**
 * The `traceparent` for events of these types that are appended in the current work; `release` is the release of the
 * work. null outside of any work.
 */
export function continueTrace(release: string, types: readonly string[]): string | null {
  const scope = currentScope();
  if (!scope) return null;
  scope.release ??= release;
  scope.span.set({ 'alloy.events': types.join(' '), 'alloy.release': scope.release });
  keepAll(scope);
  return formatTraceparent(scope.span.context);
}

/** Headers for a request in the current work. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const scope = currentScope();
  return scope ? spanRecorder().headers(scope.span) : {};
}

/** Ends the scope's span; for scopes that `handling` and `traced` do not end. */
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
