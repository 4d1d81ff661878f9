import { BaseRpcContext } from '@nestjs/microservices';

export interface Delivery {
  readonly subject: string;
  /** 0 for a commit notification, before JetStream's first delivery. */
  readonly deliveries: number;
}

/** `@Ctx()` of a handler: how often the trigger was delivered. Only the transport settles the message. */
export class JetStreamContext extends BaseRpcContext<[Delivery]> {
  get subject(): string {
    return this.args[0].subject;
  }

  /** 1 at JetStream's first delivery. */
  get deliveries(): number {
    return this.args[0].deliveries;
  }
}
