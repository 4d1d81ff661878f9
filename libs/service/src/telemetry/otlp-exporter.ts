import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { randomUUID } from 'node:crypto';
import { toReadableSpan, type ReadableSpan } from './readable-span';
import { outside } from './scope';
import type { EndedSpan } from './span';

export interface OtlpOptions {
  /** Of the collector, e.g. `http://collector:4318`; spans go to `/v1/traces` below it. */
  readonly endpoint: string;
  readonly service: string;
  /** Spans that could not be delivered, after the exporter's own retries. Must not throw. */
  readonly onLost: (error: unknown, spans: number) => void;
}

/** A delivery starts that long after the first span of its batch, ms. */
const DELAY_MS = 1_000;
const BATCH = 512;
/** With a collector that is away; later spans are lost. */
const MOST_WAITING = 4_096;
/** How long the last delivery may hold up the service's end, ms. */
const PATIENCE_MS = 2_000;

/** Sends spans by OTLP over HTTP, in batches and in the background: no work ever waits for it. */
export class OtlpExporter {
  private readonly resource;
  private waiting: ReadableSpan[] = [];
  private timer: NodeJS.Timeout | undefined;
  private delivery: Promise<void> = Promise.resolve();

  private constructor(
    private readonly exporter: OTLPTraceExporter,
    private readonly options: OtlpOptions,
  ) {
    this.resource = { 'service.name': `alloy-${options.service}`, 'service.namespace': 'alloy', 'service.instance.id': randomUUID() };
  }

  /** Loads OpenTelemetry, which is why nobody loads this who has no collector. Does not call the collector. */
  static async open(options: OtlpOptions): Promise<OtlpExporter> {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    return new OtlpExporter(new OTLPTraceExporter({ url: `${options.endpoint.replace(/\/$/, '')}/v1/traces` }), options);
  }

  add(span: EndedSpan): void {
    if (this.waiting.length >= MOST_WAITING) return this.options.onLost(new Error('the collector is too slow'), 1);
    this.waiting.push(toReadableSpan(span, this.resource));
    this.timer ??= outside(() => setTimeout(() => this.flush(), DELAY_MS).unref());
  }

  /** Delivers what is there, and ends. Never rejects. */
  async close(): Promise<void> {
    this.flush();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    await Promise.race([this.delivery, late]);
    clearTimeout(timer);
    void this.exporter.shutdown().catch(() => undefined);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const spans = this.waiting;
    this.waiting = [];
    for (let from = 0; from < spans.length; from += BATCH) this.delivery = this.delivery.then(() => this.send(spans.slice(from, from + BATCH)));
  }

  private send(spans: ReadableSpan[]): Promise<void> {
    return new Promise((resolve) => {
      this.exporter.export(spans, ({ code, error }) => {
        if (code !== 0) this.options.onLost(error, spans.length);
        resolve();
      });
    });
  }
}
