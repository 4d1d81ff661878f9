import { crashPoint, triggerSubject } from '@alloy/contracts';
import { backOffMs, Loop } from '@alloy/runtime';
import { jetstream, jetstreamManager, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { setTimeout as delay } from 'node:timers/promises';
import { isObservable, lastValueFrom } from 'rxjs';
import { EarlyTriggers } from './early-triggers';
import { ensureConsumer, ensureStream } from './ensure-stream';
import { JetStreamContext, type Delivery } from './jetstream-context';
import { isVersion, type ForgedMessage } from './forged-message';
import { onCommit } from './commit-notification';
import { afterFailure, isPoison, settle, type Settlement, type SettlementKind } from './settlement';
import { Slots } from './slots';
import { ACK_WAIT_MS, STREAM, type Durable } from './streams';
import { subjectMatches } from './subject-matches';
import { parseTrigger, type Trigger } from './trigger';

export interface JetStreamOptions {
  readonly connection: NatsConnection;
  readonly durable: Durable;
  /** Triggers handled concurrently; default 32. */
  readonly concurrency?: number;
  /**
   * Whether the handlers' dependencies (for example the database) work; called after a failure. If they do not, the
   * failure is not counted against the trigger. Default: they work.
   */
  readonly canWork?: () => Promise<boolean>;
  /**
   * Also call handlers at the writer's commit notification, before the event has its position in the order: for
   * handlers that read streams and not the order.
   * JetStream's delivery does not call a handler again that succeeded then. Default false.
   */
  readonly early?: boolean;
  /** Called with a message that no Alloy service sends; it is terminated and never acted upon. Default: no call. */
  readonly onForged?: (message: ForgedMessage) => void;
  /** For metrics. */
  readonly onSettled?: (kind: SettlementKind) => void;
}

/** Pause after a consumer that worked for longer than the longest back-off, ms. */
const PAUSE_MS = 100;
const BACK_OFF = { firstMs: 200, mostMs: 5_000 };
/** How long a stop waits for handlers, ms; JetStream delivers unfinished triggers again. */
const STOP_TIMEOUT_MS = 10_000;

/**
 * Nest transport for JetStream: a durable pull consumer whose triggers reach every `@EventPattern` that matches their
 * subject, with NATS wildcards.
 * It consumes until it is closed: if the server or its store is lost, it creates the stream and the consumer again. The
 * caller owns the connection.
 */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  private readonly slots: Slots;
  private readonly early: EarlyTriggers;
  private readonly stopping = new AbortController();
  private messages: ConsumerMessages | undefined;
  private readonly consuming: Loop;

  constructor(private readonly options: JetStreamOptions) {
    super();
    this.slots = new Slots(options.concurrency ?? 32);
    this.early = new EarlyTriggers({
      slots: this.slots,
      handlersOf: (trigger) => this.patternsFor(subjectOf(trigger)).join(' ') || undefined,
      handle: (trigger) => this.runAll(trigger, { subject: subjectOf(trigger), deliveries: 0 }),
    });
    this.consuming = new Loop({
      step: () => this.consumeUntilLost(),
      intervalMs: PAUSE_MS,
      onError: (error, failures) => this.warnLost(error, backOffMs(BACK_OFF, failures)),
      afterError(failures) {
        const ms = backOffMs(BACK_OFF, failures);
        return { afterMs: ms, notBeforeMs: ms };
      },
    });
  }

  listen(callback: () => void): void {
    const { connection, durable, early = false } = this.options;
    if (early) {
      const unsubscribe = onCommit(connection, (notification) => this.early.take(notification), {
        group: durable,
        onForged: this.options.onForged,
      });
      this.stopping.signal.addEventListener('abort', unsubscribe);
    }
    this.consuming.start();
    callback();
  }

  /** Stops taking triggers and waits for running handlers. */
  async close(): Promise<void> {
    this.stopping.abort();
    void this.messages?.close();
    const stopped = this.consuming.stop().then(() => this.slots.idle());
    await Promise.race([stopped, delay(STOP_TIMEOUT_MS, undefined, { ref: false })]);
  }

  override on(): void {
    throw new Error('JetStreamStrategy has no events; use those of the connection');
  }

  override unwrap<T>(): T {
    return this.options.connection as T;
  }

  private patternsFor(subject: string): readonly string[] {
    return [...this.messageHandlers.keys()].filter((pattern) => subjectMatches(pattern, subject));
  }

  private async runAll(trigger: Trigger, delivery: Delivery): Promise<void> {
    const handlers = this.patternsFor(delivery.subject).map((pattern) => this.messageHandlers.get(pattern)!);
    await Promise.all(handlers.map((handler) => run(handler, trigger, delivery)));
  }

  /** Rejects if the consumer worked for so short a time that the next one will probably be lost as well. */
  private async consumeUntilLost(): Promise<void> {
    if (this.options.connection.isClosed()) return void this.consuming.stop();
    const since = performance.now();
    const error = await this.consume().catch((err: unknown) => err);
    if (this.stopping.signal.aborted) return;
    if (performance.now() - since <= BACK_OFF.mostMs) throw error ?? new Error('ended');
    this.warnLost(error, PAUSE_MS);
  }

  private warnLost(error: unknown, waitMs: number): void {
    const why = error instanceof Error ? error.message : 'ended';
    this.logger.warn(`consumer ${this.options.durable} was lost (${why}); retrying in ${waitMs} ms`);
  }

  /** Handles triggers until the consumer is lost. */
  private async consume(): Promise<void> {
    const { connection, durable, concurrency = 32 } = this.options;
    const manager = await jetstreamManager(connection, { timeout: 5_000 });
    await ensureStream(manager);
    await ensureConsumer(manager, durable);
    const consumer = await jetstream(connection).consumers.get(STREAM, durable);
    // After two missed heartbeats, about 2 s, the client asks whether the consumer still exists.
    const messages = await consumer.consume({
      max_messages: concurrency, expires: 5_000, idle_heartbeat: 1_000, abort_on_missing_resource: true,
    });
    this.messages = messages;
    // close() resolves only after the loop below has ended.
    if (this.stopping.signal.aborted) void messages.close();
    for await (const message of messages) {
      await this.slots.take();
      void this.handle(message).finally(() => this.slots.free());
    }
  }

  private async handle(message: JsMsg): Promise<void> {
    const working = setInterval(() => message.working(), ACK_WAIT_MS / 3);
    const settlement = await this.outcome(message);
    clearInterval(working);
    this.options.onSettled?.(settlement.kind);
    crashPoint('trigger.before-ack');
    try {
      settle(message, settlement);
    } catch (error) {
      this.logger.warn(`could not settle ${message.subject}: ${(error as Error).message}`);
    }
  }

  private async outcome(message: JsMsg): Promise<Settlement> {
    const { subject, info } = message;
    const trigger = parseTrigger(subject);
    const version = versionIn(message);
    if (!trigger || version === undefined) {
      const reason = trigger ? 'bad_payload' : 'bad_subject';
      this.options.onForged?.({ reason, subject });
      return { kind: 'deadLettered', reason };
    }
    if (isPoison(info.deliveryCount)) {
      this.logger.error({
        msg: 'message dead-lettered', alert: 'poison_message', reason: 'max_deliveries', subject,
        deliveries: info.deliveryCount, sequence: info.streamSequence,
      });
      return { kind: 'deadLettered', reason: 'max_deliveries' };
    }
    try {
      if (await this.early.handled(trigger, version)) return { kind: 'done' };
      await this.runAll(trigger, { subject, deliveries: info.deliveryCount });
      return { kind: 'done' };
    } catch {
      // Nest's exception filter has logged the error.
      return (await this.canWork()) ? afterFailure(info.deliveryCount) : { kind: 'left' };
    }
  }

  private async canWork(): Promise<boolean> {
    const { canWork = async () => true } = this.options;
    return canWork().catch(() => false);
  }
}

/** Version of the event in the payload; undefined if Alloy did not write the payload. */
function versionIn(message: JsMsg): number | undefined {
  try {
    const { id, version } = message.json<{ readonly id?: unknown; readonly version?: unknown }>();
    return typeof id === 'string' && isVersion(version) ? version : undefined;
  } catch {
    return undefined;
  }
}

const subjectOf = ({ family, type, stream }: Trigger): string => triggerSubject(family, type, stream);

async function run(handler: MessageHandler, trigger: Trigger, delivery: Delivery): Promise<void> {
  const result: unknown = await handler(trigger, new JetStreamContext([delivery]));
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}
