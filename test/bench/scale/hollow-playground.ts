import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pod } from '@alloy/playground/pods';
import { selfSignedCertificate, startApi } from '../../../libs/playground/src/api';
import { startControllers } from '../../../libs/playground/src/controllers/start-controllers';
import { kubeconfig } from '../../../libs/playground/src/kubeconfig';
import { writeAtomically } from '../../../libs/playground/src/persistence';
import { Store } from '../../../libs/playground/src/store';
import { HollowKubelet } from './hollow-kubelet';
import { auditLogIn, kubeconfigIn, PODS_PATH, type HollowPlaygroundOptions } from './hollow-playground-options';
import { HollowPages } from './hollow-pod';

/** Number of changes that the store keeps for watches: more than a burst of first releases makes in a minute. */
const HISTORY = 200_000;
const SEED = 1;

/** The playground's API server and controllers with a hollow node. Stores nothing on disk; runs until it is killed. */
async function main(): Promise<void> {
  const { dir, users } = JSON.parse(process.argv[2] ?? '') as HollowPlaygroundOptions;
  const clock = (): Date => new Date();
  const store = new Store({ seed: SEED, clock, history: HISTORY });
  const pages = new HollowPages();
  const kubelet = new HollowKubelet(store, pages);
  startControllers({ store, clock, onError: (error, key) => console.error(key, error) });
  kubelet.start();
  const listener = createServer(pages.answer).listen(0, '0.0.0.0');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const podAddress = (pod: unknown): { readonly host: string; readonly port: number } | undefined => {
    const host = (pod as Pod).status?.podIP;
    return host === undefined ? undefined : { host, port };
  };
  const audit = createWriteStream(auditLogIn(dir), { flags: 'a', mode: 0o600 });
  const certificate = selfSignedCertificate();
  const admin = users.find(({ name }) => name === 'admin')!;
  const api = await startApi({
    store,
    port: 0,
    token: admin.token,
    users: new Map(users.map((user) => [user.token, user])),
    certificate,
    clock,
    hooks: { podAddress, routes: { [PODS_PATH]: (request, response) => answer(request, response, kubelet) } },
    audit: (record) => void (record.user.username !== admin.name && audit.write(`${JSON.stringify(record)}\n`)),
  });
  for (const { name, token } of users) writeAtomically(kubeconfigIn(dir, name), kubeconfig(api.secureUrl!, token, certificate));
}

function answer({ method }: IncomingMessage, response: ServerResponse, kubelet: HollowKubelet): void {
  if (method === 'POST') kubelet.makeReady();
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ waiting: kubelet.waiting }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
