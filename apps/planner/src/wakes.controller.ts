import { releaseIdOf } from '@alloy/contracts';
import type { Wake } from '@alloy/transport';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Planner } from './planner';

/** Any event of a release may make something due: an intent or a fact in its own stream, an ending for those that wait behind it. */
@Controller()
export class WakesController {
  constructor(@Inject(Planner) private readonly planner: Planner) {}

  @EventPattern('alloy.event.>')
  async onEvent(@Payload() wake: Wake): Promise<void> {
    const releaseId = releaseIdOf(wake.stream);
    if (releaseId) await this.planner.wake(releaseId);
  }
}
