import type { Exchange } from './exchange';
import { badRequest } from './status';

export interface WriteOptions {
  /** Whether nothing is stored. */
  readonly dryRun: boolean;
  /** Default: the user agent up to its first slash. */
  readonly manager: string;
  readonly managerGiven: boolean;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  readonly force: boolean;
}

/** Options of a write from its query; 400 for values unknown to the real server. */
export function writeOptions({ url, request }: Exchange): WriteOptions {
  const query = url.searchParams;
  const dryRun = query.getAll('dryRun');
  if (dryRun.some((value) => value !== 'All'))
    throw badRequest(`invalid dryRun: Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`);
  const validation = query.get('fieldValidation') || 'Warn';
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore')
    throw badRequest(`fieldValidation: Unsupported value: "${validation}": supported values: "Ignore", "Strict", "Warn"`);
  const given = query.get('fieldManager') ?? '';
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  return {
    dryRun: dryRun.length > 0,
    manager: given || agent,
    managerGiven: given !== '',
    fieldValidation: validation,
    force: query.get('force') === 'true',
  };
}
