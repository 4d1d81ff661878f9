import { trace, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { workOf } from './recorded-work';

/**
 * Makes the span of the current work active as soon as it is started, because work learns its parent from the events
 * that it loads.
 */
export class WorkContextManager extends AsyncLocalStorageContextManager {
  override active(): Context {
    const stored = super.active();
    const span = workOf(stored)?.started;
    return span && trace.getSpan(stored) === undefined ? trace.setSpan(stored, span) : stored;
  }
}
