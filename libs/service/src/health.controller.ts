import { Controller, Get, Header, HttpCode, Res } from '@nestjs/common';
import { Registry } from 'prom-client';
import { HealthChecks } from './health-checks';

interface Reply {
  status(code: number): unknown;
}

/**
 * `/livez`: the process answers. `/readyz`: the parts that the service needs are available. `/metrics`: Prometheus
 * text.
 */
@Controller()
export class HealthController {
  constructor(
    private readonly checks: HealthChecks,
    private readonly registry: Registry,
  ) {}

  @Get('livez')
  @HttpCode(200)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<{ status: 'ok' | 'unavailable'; checks: Readonly<Record<string, string>>; draining: boolean }> {
    const { ready, checks, draining } = await this.checks.look();
    reply.status(ready ? 200 : 503);
    return { status: ready ? 'ok' : 'unavailable', checks, draining };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
