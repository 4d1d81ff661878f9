import { trace, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { workOf } from './recorded-work';

/** Work learns its parent after it has begun, from the events that it loads: its span becomes the active one as soon as it is started. */
export class WorkContextManager extends AsyncLocalStorageContextManager {
  override active(): Context {
    const stored = super.active();
    const span = workOf(stored)?.started;
    return span && trace.getSpan(stored) === undefined ? trace.setSpan(stored, span) : stored;
  }
}
