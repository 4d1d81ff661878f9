import { HealthChecks } from '@alloy/service';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { Open } from './auth/needs';

interface Reply {
  status(code: number): unknown;
}

/** `/health`, with the responses of the original Alloy: 200 while releases are accepted, else 503. */
@Controller()
export class IngestHealthController {
  constructor(@Inject(HealthChecks) private readonly checks: HealthChecks) {}

  @Get('health')
  @Open()
  async health(
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<{ status: 'ok' | 'unavailable'; checks: Readonly<Record<string, string>> }> {
    const { ready, checks } = await this.checks.look();
    reply.status(ready ? 200 : 503);
    return { status: ready ? 'ok' : 'unavailable', checks };
  }
}
