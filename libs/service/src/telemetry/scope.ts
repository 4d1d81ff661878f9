import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from './span';

/** What is being worked on: every log line, event and request in it belongs to one release and one trace. */
export interface Scope {
  release?: string;
  readonly span: Span;
  readonly outer?: Scope;
}

const scopes = new AsyncLocalStorage<Scope>();

export const currentScope = (): Scope | undefined => scopes.getStore();

export const runIn = <T>(scope: Scope, run: () => T): T => scopes.run(scope, run);

/** For what outlives the work in which it is begun, a watch say: its log lines belong to no release. */
export const outside = <T>(run: () => T): T => scopes.exit(run);

/** What log lines carry. */
export function scopeFields(): { readonly release?: string; readonly trace?: string } {
  const scope = currentScope();
  if (!scope) return {};
  const { traceId } = scope.span;
  return { ...(scope.release !== undefined && { release: scope.release }), ...(traceId !== undefined && { trace: traceId }) };
}
