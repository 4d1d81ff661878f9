import { createHash } from 'node:crypto';
import type { Projects, TokenHolder } from '@alloy/ledger';
import { Inject, Injectable } from '@nestjs/common';
import { PROJECTS } from '../tokens';
import { looksLikeJwt, OidcCallers } from './oidc/oidc-callers';

const BEARER = /^Bearer ([\x21-\x7e]{16,8192})$/i;

/** Identifies the holder of a token: one of Alloy's own, or that of a CI job. */
@Injectable()
export class Bearers {
  constructor(
    @Inject(PROJECTS) private readonly projects: Projects,
    @Inject(OidcCallers) private readonly pipelines: OidcCallers,
  ) {}

  /**
   * By the header `Authorization`. `changes`: the request changes something, for which a job's token is valid once.
   * Undefined: the token is unknown.
   */
  async identify(authorization: string | undefined, changes: boolean): Promise<TokenHolder | undefined> {
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    if (looksLikeJwt(token)) return this.pipelines.identify(token, changes);
    return this.projects.findToken(createHash('sha256').update(token).digest('hex'));
  }
}
