import { fixedToken, githubToken, type Credential } from '../api/credential';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';
import { configPath, readConfig } from './config-file';
import type { Context } from './context';
import { findHome } from './find-home';

/**
 * `--context`; else ALLOY_URL with ALLOY_TOKEN, or in GitHub Actions with the job's token; else a running `npm start`
 * in or above the working folder; else the current context of the config file. Throws `CliError`.
 */
export function findContext(io: Pick<Io, 'env' | 'cwd' | 'home' | 'now'>, name?: string): Context {
  if (name !== undefined) return named(io, name);
  const { ALLOY_URL: url, ALLOY_PROJECT: project, ALLOY_ENVIRONMENT: environment } = io.env;
  if (url) {
    return {
      url: checkUrl(url, 'ALLOY_URL'),
      credential: credentialOf(io),
      project: project || undefined,
      environment: environment || undefined,
      from: 'ALLOY_URL',
    };
  }
  const near = findHome(io) ?? current(io);
  if (near === undefined)
    throw new CliError(
      'no_context', exitCodes.usage, 'no Alloy server is configured',
      'Set ALLOY_URL and ALLOY_TOKEN, or use `alloy login`; in the folder of a running `npm start` neither is needed.',
    );
  return { ...near, ...(project && { project }), ...(environment && { environment }) };
}

function credentialOf({ env, now }: Pick<Io, 'env' | 'now'>): Credential {
  const {
    ALLOY_TOKEN: token, ALLOY_OIDC_AUDIENCE: audience, ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: opens,
  } = env;
  if (token) return fixedToken(checkToken(token, 'ALLOY_TOKEN'));
  if (url && opens) return githubToken({ url, token: opens, audience: audience || 'alloy' }, now);
  const hint = env['GITHUB_ACTIONS'] ? 'Or give the job `permissions: {id-token: write}`, then it needs no token.' : undefined;
  throw new CliError('no_token', exitCodes.usage, 'ALLOY_URL is set, but ALLOY_TOKEN is not', hint);
}

function current(io: Pick<Io, 'env' | 'home'>): Context | undefined {
  const name = readConfig(configPath(io))?.currentContext;
  return name === undefined ? undefined : named(io, name);
}

function named(io: Pick<Io, 'env' | 'home'>, name: string): Context {
  const path = configPath(io);
  const contexts = readConfig(path)?.contexts ?? {};
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (!found)
    throw new CliError(
      'unknown_context',
      exitCodes.usage,
      `there is no context ${name} in ${path}`,
      'alloy login --name NAME --url URL creates one.',
    );
  const { token, url, ...defaults } = found;
  return {
    ...defaults,
    url: checkUrl(url, `the URL of context ${name}`),
    credential: fixedToken(checkToken(token, `the token of context ${name}`)),
    from: `context ${name} of ${path}`,
  };
}

/** Removes trailing slashes. Throws `CliError` unless it is an http or https URL. */
export function checkUrl(text: string, what: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new CliError('bad_url', exitCodes.usage, `${what} is not an http or https URL`);
  if (url.username !== '' || url.password !== '')
    throw new CliError('bad_url', exitCodes.usage, `${what} contains a user or password, which is not allowed`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** Throws `CliError`, without the text, if it cannot be sent in a header. */
export function checkToken(text: string, what: string): string {
  const token = text.trim();
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new CliError('bad_token', exitCodes.usage, `${what} is empty or not one word of plain characters`);
  return token;
}
