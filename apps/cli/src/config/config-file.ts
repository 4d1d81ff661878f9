import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';

const contextSchema = z.strictObject({
  url: z.string(),
  token: z.string(),
  project: z.string().optional(),
  environment: z.string().optional(),
});
const configSchema = z.strictObject({ currentContext: z.string().optional(), contexts: z.record(z.string(), contextSchema).default({}) });
export type ConfigFile = z.output<typeof configSchema>;

/** `$XDG_CONFIG_HOME/alloy/config.yaml`, by default in `~/.config`. */
export const configPath = ({ env, home }: Pick<Io, 'env' | 'home'>): string =>
  join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'alloy', 'config.yaml');

/**
 * Undefined if there is none. Throws `CliError` if other users may read the file or it is invalid; never with its
 * content.
 */
export function readConfig(path: string): ConfigFile | undefined {
  if (!existsSync(path)) return undefined;
  // Windows has no such file modes and reports the same for every file.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
    throw new CliError(
      'open_config',
      exitCodes.usage,
      `${path} holds tokens and is open to others: it is not read`,
      `chmod 600 ${path}; tokens that others may have seen are better revoked.`,
    );
  const parsed = configSchema.safeParse(contentOf(path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CliError(
    'bad_config',
    exitCodes.usage,
    `${path} is not a config of alloy: ${[...(issue?.path ?? [])].join('.') || 'the content'} is invalid`,
  );
}

function contentOf(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'), { maxAliasCount: 0, logLevel: 'error' }) ?? {};
  } catch {
    throw new CliError('bad_config', exitCodes.usage, `${path} is not valid YAML`);
  }
}

/** Writes the file atomically, readable for its owner only. */
export function writeConfig(path: string, config: ConfigFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, stringify(config), { mode: 0o600 });
  chmodSync(fresh, 0o600);
  renameSync(fresh, path);
}
