import { createHash } from 'node:crypto';
import type { Projects } from '@alloy/ledger';
import { HealthController, ProblemError } from '@alloy/service';
import { Inject, Injectable, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { DoorHealthController } from '../door-health.controller';
import { PROJECTS } from '../tokens';
import type { Authenticated } from './caller';

/** Every other route needs a token: what is not in this list is closed. */
const open: ReadonlySet<Type> = new Set<Type>([HealthController, DoorHealthController]);
const BEARER = /^Bearer ([\x21-\x7e]{16,512})$/i;

/** Lets in who bears a known token. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(@Inject(PROJECTS) private readonly projects: Projects) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (open.has(context.getClass())) return true;
    const request = context.switchToHttp().getRequest<Authenticated & { readonly headers: { readonly authorization?: string } }>();
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const caller = token && (await this.projects.findToken(createHash('sha256').update(token).digest('hex')));
    if (!caller) throw new ProblemError({ status: 401, code: 'unauthorized', detail: 'A valid bearer token is needed.' });
    request.caller = caller;
    return true;
  }
}
