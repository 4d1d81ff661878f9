import type { Attributes, TraceContext, WorkSpan } from '@alloy/opentelemetry';
import { randomBytes } from 'node:crypto';

/** A span that only has ids, for events and log lines, and is not recorded. */
export class IdSpan implements WorkSpan {
  private parent: TraceContext | undefined;
  private fixed: TraceContext | undefined;

  constructor(within?: WorkSpan) {
    this.parent = within?.context;
  }

  get traceId(): string | undefined {
    return (this.fixed ?? this.parent)?.traceId;
  }

  get context(): TraceContext {
    return (this.fixed ??= {
      traceId: this.parent?.traceId ?? randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      sampled: this.parent?.sampled ?? true,
    });
  }

  follow(parent: TraceContext): void {
    if (this.parent?.spanId !== parent.spanId) this.fixed = undefined;
    this.parent = parent;
  }

  set(_attributes: Attributes): void {}

  keep(): void {}

  end(_error?: unknown): void {}

  run<T>(work: () => T): T {
    return work();
  }
}
