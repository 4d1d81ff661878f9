import { createHash } from 'node:crypto';
import { AddressRefused, ProblemError, type AddressGuard } from '@alloy/service';
import { guardedAsk, type Answer, type Ask } from '../http/guarded-http';
import { tokenUrl } from './challenge';
import { manifestUrl } from './registry-of';

const TIMEOUT_MS = 10_000;
/** Manifests are a few kilobytes; the specification requires support for 4 MiB. */
const LIMIT = 4 * 1024 * 1024;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json', 'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json', 'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Resolves the current digest of a tag at the image's registry, without credentials. */
export class TagResolver {
  /** `timeoutMs` covers everything from the resolution of the name to the end of the last response; default 10 s. */
  constructor(
    private readonly guard: AddressGuard,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  /**
   * Returns `sha256:…`, of the index if there is one. Throws a `ProblemError`: 422 if the registry refuses, 503 if it
   * is unavailable.
   */
  async resolve(repository: string, tag: string): Promise<string> {
    try {
      return await this.look(manifestUrl(repository, tag), AbortSignal.timeout(this.timeoutMs));
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      if (error instanceof AddressRefused)
        throw refused('registry_not_allowed', 'The registry of this image has an address that is not allowed.');
      throw new ProblemError({
        status: 503,
        code: 'registry_unavailable',
        detail: 'The registry of this image is unavailable or sent an invalid response; try again later.',
        pointer: POINTER,
      });
    }
  }

  private async look(url: URL, signal: AbortSignal): Promise<string> {
    const head = await this.ask(url, { method: 'HEAD', headers: { accept: ACCEPT }, limit: LIMIT, signal });
    const said = head.headers['docker-content-digest'];
    if (typeof said === 'string' && DIGEST.test(said)) return said;
    const { body } = await this.ask(url, { headers: { accept: ACCEPT }, limit: LIMIT, signal });
    return `sha256:${createHash('sha256').update(body).digest('hex')}`;
  }

  private async ask(url: URL, ask: Ask): Promise<Answer> {
    const first = await guardedAsk(this.guard, url, ask);
    const answer = first.status === 401 ? await this.askWithToken(url, ask, tokenUrl(first.headers['www-authenticate'])) : first;
    if (answer.status === 200) return answer;
    if (answer.status === 404) throw refused('unknown_tag', 'The registry does not have this tag.');
    if (answer.status === 401 || answer.status === 403)
      throw refused('registry_denied', 'The registry requires credentials for this image.');
    throw new Error(`the registry answered ${answer.status}`);
  }

  private async askWithToken(url: URL, ask: Ask, realm: URL | undefined): Promise<Answer> {
    if (realm === undefined) throw refused('registry_denied', 'The registry requires credentials for this image.');
    const answer = await guardedAsk(this.guard, realm, { limit: LIMIT, signal: ask.signal });
    if (answer.status === 401 || answer.status === 403)
      throw refused('registry_denied', 'The registry requires credentials for this image.');
    const { token, access_token: accessToken } = JSON.parse(answer.body.toString()) as {
      readonly token?: unknown;
      readonly access_token?: unknown;
    };
    const bearer = token ?? accessToken;
    if (answer.status !== 200 || typeof bearer !== 'string' || !/^[\x21-\x7e]+$/.test(bearer))
      throw new Error('the registry returned no valid token');
    return guardedAsk(this.guard, url, { ...ask, headers: { ...ask.headers, authorization: `Bearer ${bearer}` } });
  }
}

const POINTER = '/image_tag';
const refused = (code: string, detail: string): ProblemError => new ProblemError({ status: 422, code, detail, pointer: POINTER });
