import { RpcException } from '@nestjs/microservices';

/** What was to be done was not begun, because the service is stopping: whoever comes after it does it. An RpcException, which Nest does not log: it is no fault of the wake. */
export class StoppingError extends RpcException {
  constructor() {
    super('not begun: the service is stopping');
  }
}
