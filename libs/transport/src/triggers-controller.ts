import { releaseIdOf, type EventFamily } from '@alloy/contracts';
import { StoppingError } from '@alloy/runtime';
import { Controller, Inject, type InjectionToken, type Type } from '@nestjs/common';
import { EventPattern, Payload, RpcException } from '@nestjs/microservices';
import { SUBJECTS } from './names';
import type { Trigger } from './trigger';

/** A service that processes a release when an event was appended to its stream. */
export interface TriggerTarget {
  trigger(releaseId: string): unknown;
}

/**
 * A controller that passes triggers of releases by events of these families to the provider of `token`; triggers of
 * other streams are ignored.
 */
export function triggersController(families: readonly EventFamily[], token: InjectionToken<TriggerTarget>): Type {
  @Controller()
  class TriggersController {
    constructor(@Inject(token) private readonly target: TriggerTarget) {}

    @EventPattern<string[]>(families.map((family) => SUBJECTS.replace('>', `${family}.>`)))
    async onEvent(@Payload() trigger: Trigger): Promise<void> {
      const releaseId = releaseIdOf(trigger.stream);
      if (releaseId) await this.run(releaseId);
    }

    private async run(releaseId: string): Promise<void> {
      try {
        await this.target.trigger(releaseId);
      } catch (error) {
        // Nest does not log an RpcException as a failed handler.
        throw error instanceof StoppingError ? new RpcException(error.message) : error;
      }
    }
  }
  return TriggersController;
}
