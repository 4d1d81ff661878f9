import type { Home } from './home';
import { nodePart, readinessAt } from './node-part';
import { rememberedPort } from './ports';
import type { Part } from './supervisor';

/** The playground cluster, for users without a cluster; it writes the kubeconfig. */
export async function playgroundPart(home: Home, apps: string, env: Readonly<Record<string, string | undefined>>): Promise<Part> {
  const port = await rememberedPort(home.ports, 'playground');
  return nodePart({
    name: 'playground',
    apps,
    logs: home.logs,
    env: { ...env, HOST: '127.0.0.1', PORT: String(port), PLAYGROUND_HOME: home.playground, PLAYGROUND_KUBECONFIG: home.kubeconfig },
    readiness: () => readinessAt(`http://127.0.0.1:${port}/readyz`),
  });
}
