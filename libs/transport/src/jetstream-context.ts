import type { JsMsg } from '@nats-io/jetstream';
import { BaseRpcContext } from '@nestjs/microservices';

/** `@Ctx()` of a handler: how often the wake was delivered. The message itself is settled by the transport only. */
export class JetStreamContext extends BaseRpcContext<[JsMsg]> {
  get subject(): string {
    return this.args[0].subject;
  }

  /** 1 at the first delivery. */
  get deliveries(): number {
    return this.args[0].info.deliveryCount;
  }
}
