import { releaseIdOf } from '@alloy/contracts';
import type { Wake } from '@alloy/transport';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Executor } from './executor';

/** Only a decision gives the executor something to do. */
@Controller()
export class WakesController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @EventPattern('alloy.event.decision.>')
  async onDecision(@Payload() wake: Wake): Promise<void> {
    const releaseId = releaseIdOf(wake.stream);
    if (releaseId) await this.executor.wake(releaseId);
  }
}
