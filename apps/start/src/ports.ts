import { freePort, isPortFree } from '@alloy/embedded';
import { services, type Service } from '@alloy/contracts';
import { readJson, writeJson } from './json-file';
import { StartError } from './start-error';

/**
 * The five services' ports: APP_PORT and the next four, or any free ones for 0. Rejects with `StartError` if one is in
 * use.
 */
export async function servicePorts(first: number): Promise<Readonly<Record<Service, number>>> {
  const entries: [Service, number][] = [];
  for (const [index, service] of services.entries()) {
    const port = first === 0 ? await freePort() : first + index;
    if (first !== 0 && !(await isPortFree(port)))
      throw new StartError(`port ${port} (for ${service}) is taken: set APP_PORT to the first of five free ports`);
    entries.push([service, port]);
  }
  return Object.fromEntries(entries) as Record<Service, number>;
}

/** The port that a part used before if it is still free, else a free one; stored for the next start. */
export async function rememberedPort(file: string, name: string): Promise<number> {
  const known = readJson<Record<string, number>>(file) ?? {};
  const before = known[name];
  if (before !== undefined && (await isPortFree(before))) return before;
  const port = await freePort();
  writeJson(file, { ...known, [name]: port });
  return port;
}
