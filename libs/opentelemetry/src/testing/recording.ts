import { context, trace, type Span, type Tracer, type TracerProvider } from '@opentelemetry/api';
import {
  InMemorySpanExporter, SimpleSpanProcessor, TracerProvider as SdkTracerProvider, type ReadableSpan,
} from '@opentelemetry/sdk-trace';
import { guardedTracerProvider } from '../guarded-tracer-provider';
import { SdkRecorder } from '../sdk-recorder';
import { WorkContextManager } from '../work-context-manager';

/** The SDK with an exporter in memory, set up as in `startOpenTelemetry`. */
export class Recording {
  readonly recorder: SdkRecorder;
  private readonly instrumentation: Tracer;
  private readonly exporter = new InMemorySpanExporter();

  constructor() {
    const provider: TracerProvider = new SdkTracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: this.exporter })] });
    context.setGlobalContextManager(new WorkContextManager().enable());
    this.recorder = new SdkRecorder(provider.getTracer('alloy'));
    this.instrumentation = guardedTracerProvider(provider).getTracer('instrumentation');
  }

  /**
   * Starts a span like the instrumentations of pg and of outgoing requests: only within another span. undefined: there
   * is none.
   */
  instrumented(name: string): Span | undefined {
    return trace.getSpan(context.active()) && this.instrumentation.startSpan(name);
  }

  exported(): readonly ReadableSpan[] {
    return this.exporter.getFinishedSpans();
  }

  names(): readonly string[] {
    return this.exported().map(({ name }) => name);
  }

  find(name: string): ReadableSpan {
    return this.exported().find((span) => span.name === name)!;
  }

  clear(): void {
    this.exporter.reset();
  }

  stop(): void {
    context.disable();
  }
}
