import { createHash } from 'node:crypto';
import { covers } from '@alloy/contracts';
import type { Projects, TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PROJECTS } from '../tokens';
import type { Authenticated } from './caller';
import { needOf } from './needs';

const BEARER = /^Bearer ([\x21-\x7e]{16,512})$/i;

/** Lets in who bears a known token whose scope covers what the route needs; a route that names no need is closed. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(
    @Inject(PROJECTS) private readonly projects: Projects,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const need = needOf(this.reflector, context.getClass(), context.getHandler());
    if (need === 'nothing') return true;
    const request = context.switchToHttp().getRequest<Authenticated & { readonly headers: { readonly authorization?: string } }>();
    const caller = await this.identify(request.headers.authorization ?? '');
    if (need === undefined || !covers(caller.scope, need)) throw new ProblemError({ status: 403, code: 'forbidden_scope', detail: 'The scope of this token does not allow this.' });
    request.caller = caller;
    return true;
  }

  private async identify(authorization: string): Promise<TokenHolder> {
    const token = BEARER.exec(authorization)?.[1];
    const caller = token && (await this.projects.findToken(createHash('sha256').update(token).digest('hex')));
    if (!caller) throw new ProblemError({ status: 401, code: 'unauthorized', detail: 'A valid bearer token is needed.' });
    return caller;
  }
}
