import { BaseRpcContext } from '@nestjs/microservices';

export interface Delivery {
  readonly subject: string;
  /** 0: the writer's poke, before JetStream's first delivery. */
  readonly deliveries: number;
}

/** `@Ctx()` of a handler: how often the wake was delivered. The message itself is settled by the transport only. */
export class JetStreamContext extends BaseRpcContext<[Delivery]> {
  get subject(): string {
    return this.args[0].subject;
  }

  /** 1 at JetStream's first delivery. */
  get deliveries(): number {
    return this.args[0].deliveries;
  }
}
