import type { WorkSpan } from '@alloy/opentelemetry';
import { AsyncLocalStorage } from 'node:async_hooks';
import { spanRecorder } from './recorder';

/** What is being worked on: every log line, event and request in it belongs to one release and one trace. */
export interface Scope {
  release?: string;
  readonly span: WorkSpan;
  readonly outer?: Scope;
}

const scopes = new AsyncLocalStorage<Scope>();

export const currentScope = (): Scope | undefined => scopes.getStore();

export const runIn = <T>(scope: Scope, run: () => T): T => scopes.run(scope, () => scope.span.run(run));

/** For what outlives the work in which it is begun, a watch say: its log lines belong to no release. */
export const outside = <T>(run: () => T): T => scopes.exit(() => spanRecorder().detach(run));

/** What log lines carry. */
export function scopeFields(): { readonly release?: string; readonly trace?: string } {
  const scope = currentScope();
  if (!scope) return {};
  const { traceId } = scope.span;
  return { ...(scope.release !== undefined && { release: scope.release }), ...(traceId !== undefined && { trace: traceId }) };
}
