import type { AddressGuard } from '@alloy/service';
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { guardedAsk } from '../../http/guarded-http';

const LIMIT = 256 * 1024;
const TIMEOUT_MS = 5_000;
/** Minimum interval of fetching the keys again for an unknown key. */
const COOLDOWN_MS = 30_000;

/**
 * The public keys of token issuers: found by discovery (OpenID Connect Discovery 1.0), cached, and fetched again when
 * they rotate.
 */
export class IssuerKeys {
  private readonly known = new Map<string, Promise<JWTVerifyGetKey>>();

  /** `cooldownMs`: default 30 s. */
  constructor(
    private readonly guard: AddressGuard,
    private readonly cooldownMs = COOLDOWN_MS,
  ) {}

  /** Call it only for trusted issuers, because it sends a request to the issuer. Rejects if the response is invalid. */
  of(issuer: string): Promise<JWTVerifyGetKey> {
    const keys = this.known.get(issuer) ?? this.discover(issuer);
    this.known.set(issuer, keys);
    keys.catch(() => this.known.delete(issuer));
    return keys;
  }

  private async discover(issuer: string): Promise<JWTVerifyGetKey> {
    const { status, body } = await this.get(new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
    const found = status === 200 ? (JSON.parse(body.toString()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown }) : {};
    if (found.issuer !== issuer || typeof found.jwks_uri !== 'string')
      throw new Error('the discovery document of the issuer has no valid jwks_uri');
    return createRemoteJWKSet(new URL(found.jwks_uri), {
      cooldownDuration: this.cooldownMs,
      timeoutDuration: TIMEOUT_MS,
      [customFetch]: (url) => this.fetch(url),
    });
  }

  private async fetch(url: string): Promise<Response> {
    const { status, body } = await this.get(new URL(url));
    return new Response(new Uint8Array(body), { status });
  }

  private get(url: URL): ReturnType<typeof guardedAsk> {
    return guardedAsk(this.guard, url, { headers: { accept: 'application/json' }, limit: LIMIT, signal: AbortSignal.timeout(TIMEOUT_MS) });
  }
}
