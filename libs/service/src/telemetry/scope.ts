import type { WorkSpan } from '@alloy/opentelemetry';
import { AsyncLocalStorage } from 'node:async_hooks';
import { spanRecorder } from './recorder';

/** The context of the current work: every log line, event and request in it belongs to one release and one trace. */
export interface Scope {
  release?: string;
  readonly span: WorkSpan;
  readonly outer?: Scope;
}

const scopes = new AsyncLocalStorage<Scope>();

export const currentScope = (): Scope | undefined => scopes.getStore();

export const runIn = <T>(scope: Scope, run: () => T): T => scopes.run(scope, () => scope.span.run(run));

/**
 * Runs `run` without the current scope, for work that outlives it, for example a watch: its log lines belong to no
 * release.
 */
export const detachContext = <T>(run: () => T): T => scopes.exit(() => spanRecorder().detach(run));

/** The fields of the current scope in log lines. */
export function scopeFields(): { readonly release?: string; readonly trace?: string } {
  const scope = currentScope();
  if (!scope) return {};
  const { traceId } = scope.span;
  return { ...(scope.release !== undefined && { release: scope.release }), ...(traceId !== undefined && { trace: traceId }) };
}
