import { wakeSubject } from '@alloy/contracts';
import { jetstream, jetstreamManager, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { setTimeout as delay } from 'node:timers/promises';
import { isObservable, lastValueFrom } from 'rxjs';
import { EarlyWakes } from './early-wakes';
import { ensureConsumer, ensureStream } from './ensure-stream';
import { JetStreamContext, type Delivery } from './jetstream-context';
import { isVersion, type ForgedMessage } from './forged-message';
import { onPoke } from './poke';
import { afterFailure, isPoison, settle, type Settlement, type SettlementKind } from './settlement';
import { Slots } from './slots';
import { ACK_WAIT_MS, STREAM, type Durable } from './streams';
import { subjectMatches } from './subject-matches';
import { parseWake, type Wake } from './wake';

export interface JetStreamOptions {
  readonly connection: NatsConnection;
  readonly durable: Durable;
  /** Wakes handled at once; default 32. */
  readonly concurrency?: number;
  /** Whether the database and whatever else a handler needs answer; asked after a failure. Where they do not, the wake has no fault. Default: they do. */
  readonly canWork?: () => Promise<boolean>;
  /**
   * Handlers are also called when the writer pokes, before the event has its place in the order: for those who look at streams, not at the order.
   * One that did its work then is not called again by JetStream. Default false.
   */
  readonly early?: boolean;
  /** Told of a message that no service of Alloy sends: it is acknowledged for good and never acted upon. Default: nothing is done. */
  readonly onForged?: (message: ForgedMessage) => void;
  /** For metrics. */
  readonly onSettled?: (kind: SettlementKind) => void;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
/** How long a stop waits for handlers; what is not done by then comes again. */
const PATIENCE_MS = 10_000;

/**
 * Nest's way in from JetStream: a durable pull consumer whose wakes reach every `@EventPattern` that matches their subject, with NATS' wildcards.
 * It lives for ever: whatever happens to the server or its store, it makes stream and consumer anew and goes on. The connection is its owner's.
 */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  private readonly slots: Slots;
  private readonly early: EarlyWakes;
  private readonly stopping = new AbortController();
  private messages: ConsumerMessages | undefined;
  private loop: Promise<void> | undefined;

  constructor(private readonly options: JetStreamOptions) {
    super();
    this.slots = new Slots(options.concurrency ?? 32);
    this.early = new EarlyWakes({ slots: this.slots, handle: (wake) => this.handleEarly(wake) });
  }

  listen(callback: () => void): void {
    const { connection, durable, early = false } = this.options;
    if (early) this.stopping.signal.addEventListener('abort', onPoke(connection, (poke) => this.early.take(poke), { group: durable, onForged: this.options.onForged }));
    this.loop = this.consumeForEver();
    callback();
  }

  /** Stops taking wakes and waits for those that are being handled. */
  async close(): Promise<void> {
    this.stopping.abort();
    void this.messages?.close();
    const stopped = Promise.resolve(this.loop).then(() => this.slots.idle());
    await Promise.race([stopped, delay(PATIENCE_MS, undefined, { ref: false })]);
  }

  override on(): void {
    throw new Error('JetStreamStrategy has no events; look at the connection');
  }

  override unwrap<T>(): T {
    return this.options.connection as T;
  }

  private handlersFor(subject: string): readonly MessageHandler[] {
    return [...this.messageHandlers].filter(([pattern]) => subjectMatches(pattern, subject)).map(([, handler]) => handler);
  }

  private handleEarly(wake: Wake): Promise<void> | undefined {
    const subject = wakeSubject(wake.family, wake.type, wake.stream);
    return this.handlersFor(subject).length === 0 ? undefined : this.runAll(wake, { subject, deliveries: 0 });
  }

  private async runAll(wake: Wake, delivery: Delivery): Promise<void> {
    await Promise.all(this.handlersFor(delivery.subject).map((handler) => run(handler, wake, delivery)));
  }

  private async consumeForEver(): Promise<void> {
    let wait = FIRST_RETRY_MS;
    while (!this.stopping.signal.aborted && !this.options.connection.isClosed()) {
      const since = performance.now();
      const error = await this.consume().catch((err: unknown) => err);
      if (this.stopping.signal.aborted) return;
      wait = performance.now() - since > LAST_RETRY_MS ? FIRST_RETRY_MS : Math.min(2 * wait, LAST_RETRY_MS);
      this.logger.warn(`wakes of ${this.options.durable} stopped coming (${error instanceof Error ? error.message : 'ended'}); again in ${wait} ms`);
      await delay(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Takes wakes until the consumer is lost. */
  private async consume(): Promise<void> {
    const { connection, durable, concurrency = 32 } = this.options;
    const manager = await jetstreamManager(connection, { timeout: 5_000 });
    await ensureStream(manager);
    await ensureConsumer(manager, durable);
    const consumer = await jetstream(connection).consumers.get(STREAM, durable);
    // Two heartbeats missed, about 2 s, make the client ask whether the consumer is still there.
    const messages = await consumer.consume({ max_messages: concurrency, expires: 5_000, idle_heartbeat: 1_000, abort_on_missing_resource: true });
    this.messages = messages;
    // Closing resolves only once the loop below has taken note of it.
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
    try {
      settle(message, settlement);
    } catch (error) {
      this.logger.warn(`could not settle ${message.subject}: ${(error as Error).message}`);
    }
  }

  private async outcome(message: JsMsg): Promise<Settlement> {
    const { subject, info } = message;
    const wake = parseWake(subject);
    const version = versionIn(message);
    if (!wake || version === undefined) {
      const reason = wake ? 'bad_payload' : 'bad_subject';
      this.options.onForged?.({ reason, subject });
      return { kind: 'setAside', reason };
    }
    if (isPoison(info.deliveryCount)) {
      this.logger.error({ msg: 'message set aside', alert: 'poison_message', reason: 'max_deliveries', subject, deliveries: info.deliveryCount, sequence: info.streamSequence });
      return { kind: 'setAside', reason: 'max_deliveries' };
    }
    try {
      if (await this.early.handled(wake, version)) return { kind: 'done' };
      await this.runAll(wake, { subject, deliveries: info.deliveryCount });
      return { kind: 'done' };
    } catch {
      // Nest's exception filter has logged it.
      return (await this.canWork()) ? afterFailure(info.deliveryCount) : { kind: 'left' };
    }
  }

  private async canWork(): Promise<boolean> {
    const { canWork = async () => true } = this.options;
    return canWork().catch(() => false);
  }
}

/** Of the event; undefined for a payload that is not Alloy's. */
function versionIn(message: JsMsg): number | undefined {
  try {
    const { id, version } = message.json<{ readonly id?: unknown; readonly version?: unknown }>();
    return typeof id === 'string' && isVersion(version) ? version : undefined;
  } catch {
    return undefined;
  }
}

async function run(handler: MessageHandler, wake: Wake, delivery: Delivery): Promise<void> {
  const result: unknown = await handler(wake, new JetStreamContext([delivery]));
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}
