import { releaseIdOf, type EventFamily } from '@alloy/contracts';
import { StoppingError } from '@alloy/runtime';
import { Controller, Inject, type InjectionToken, type Type } from '@nestjs/common';
import { EventPattern, Payload, RpcException } from '@nestjs/microservices';
import { SUBJECTS } from './names';
import type { Trigger } from './trigger';

/** A service that processes a release when an event was appended to its stream. */
export interface TriggerTarget {
  trigger(releaseId: string): unknown;
  /** Called for an event of a stream that is not a release's, such as the end of a hold. Default: it is ignored. */
  triggerAll?(): unknown;
}

/**
 * A controller that passes triggers of releases by events of these families to the provider of `token`, and triggers of
 * other streams to its `triggerAll`.
 */
export function triggersController(families: readonly EventFamily[], token: InjectionToken<TriggerTarget>): Type {
  @Controller()
  class TriggersController {
    constructor(@Inject(token) private readonly target: TriggerTarget) {}

    @EventPattern<string[]>(families.map((family) => SUBJECTS.replace('>', `${family}.>`)))
    async onEvent(@Payload() trigger: Trigger): Promise<void> {
      const releaseId = releaseIdOf(trigger.stream);
      await this.run(() => (releaseId ? this.target.trigger(releaseId) : this.target.triggerAll?.()));
    }

    private async run(process: () => unknown): Promise<void> {
      try {
        await process();
      } catch (error) {
        // Nest does not log an RpcException as a failed handler.
        throw error instanceof StoppingError ? new RpcException(error.message) : error;
      }
    }
  }
  return TriggersController;
}
