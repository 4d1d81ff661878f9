import type { TokenHolder, TrustBook } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { fits, issuerOf, storedClaims, type StoredClaims } from './claims';
import type { IssuerKeys } from './issuer-keys';

/** Only algorithms with a private key: with a shared key, anyone who knows the public key could sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const MAX_AGE_SECONDS = 86_400;
const TOLERANCE_SECONDS = 5;
const VERIFY = {
  algorithms: ALGORITHMS,
  requiredClaims: ['sub', 'aud', 'exp', 'iat', 'jti'],
  maxTokenAge: MAX_AGE_SECONDS,
  clockTolerance: TOLERANCE_SECONDS,
};

/** Three parts in base64url, the first of which starts like JSON; Alloy's own tokens never look like that. */
export const looksLikeJwt = (token: string): boolean => /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(token);

/** Identifies CI jobs by the tokens that their provider signs. */
export class OidcCallers {
  constructor(
    private readonly trust: TrustBook,
    private readonly keys: IssuerKeys,
  ) {}

  /**
   * The identity of the token's job, and where it may release. `changes`: the request changes something, for which a
   * token is valid once. Undefined: the job is not trusted. Throws 503 if the issuer's keys are unavailable.
   */
  async identify(token: string, changes: boolean): Promise<TokenHolder | undefined> {
    const issuer = issuerIn(token);
    const trusted = issuer === undefined ? [] : (await this.trust.entries()).filter(({ trust }) => issuerOf(trust) === issuer);
    const payload = issuer === undefined || trusted.length === 0 ? undefined : await this.verify(token, issuer);
    const fitting = payload ? trusted.filter(({ trust }) => fits(trust, payload)) : [];
    const [first] = fitting;
    if (!payload || !first || issuer === undefined) return undefined;
    if (changes && !(await this.trust.spend(issuer, payload.jti, lastAccepted(payload)))) return undefined;
    const account = `${first.trust.provider}:${first.trust.repository}`;
    const places = fitting.map(({ project, environment }) => ({ project, environment }));
    return { tokenId: account, account, scope: 'deploy', projects: [...new Set(places.map(({ project }) => project))], places };
  }

  private async verify(token: string, issuer: string): Promise<(JWTPayload & StoredClaims) | undefined> {
    try {
      const { payload } = await jwtVerify(token, await this.keys.of(issuer), { ...VERIFY, issuer });
      const stored = storedClaims.safeParse(payload);
      return stored.success ? { ...payload, ...stored.data } : undefined;
    } catch (error) {
      if (isTheTokens(error)) return undefined;
      throw new ProblemError({
        status: 503,
        code: 'issuer_unavailable',
        detail: 'The keys of the issuer of this token are unavailable; try again later.',
      });
    }
  }
}

/**
 * Seconds since 1970 after which the token is refused because of its age, so that the record of its use can be deleted.
 */
const lastAccepted = ({ exp, iat }: StoredClaims): number => Math.min(exp, iat + MAX_AGE_SECONDS) + TOLERANCE_SECONDS;

/** The unverified issuer, which determines the keys. */
function issuerIn(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** Whether the fault is in the token; other errors are of the network or the issuer. */
const isTheTokens = (error: unknown): boolean =>
  [
    errors.JWTClaimValidationFailed, errors.JWTExpired, errors.JWTInvalid, errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed, errors.JOSEAlgNotAllowed, errors.JOSENotSupported, errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ].some((type) => error instanceof type);
