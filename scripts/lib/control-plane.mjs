import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';

const programs = ['kube-apiserver', 'kube-controller-manager', 'etcd'];
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'alloy', 'control-plane');

/** Versions of Kubernetes, the suite's default and the oldest supported one, and those of the data plane. */
export const versions = JSON.parse(readFileSync(join(root, 'scripts', 'control-plane', 'versions.json'), 'utf8'));

export const howToGetOne =
  'run npm run setup:control-plane (once; it takes 10 minutes on two idle cores), or set KUBEBUILDER_ASSETS to a folder of kube-apiserver, kube-controller-manager and etcd, or KUBECONFIG and ALLOY_TEST_CLUSTER=1 to a cluster for tests';

/**
 * The API server that the suite uses: an external cluster, given programs, or those built by setup:control-plane; only
 * the last for a given version. Undefined: there is none.
 */
export function findControlPlane(version) {
  if (version !== undefined) return builtOf(version);
  if (process.env.KUBECONFIG && process.env.ALLOY_TEST_CLUSTER === '1') return { kubeconfig: process.env.KUBECONFIG };
  return process.env.KUBEBUILDER_ASSETS ? complete(process.env.KUBEBUILDER_ASSETS) : builtOf(versions.default);
}

const builtOf = (version) => complete(join(cache, version));
const complete = (assets) => (programs.every((name) => existsSync(join(assets, name))) ? { assets } : undefined);

/** Folder of Contour, Envoy and their CustomResourceDefinitions; undefined: setup:control-plane has not got them. */
export function findDataPlane() {
  const folder = join(cache, `contour-${versions.contour}-envoy-${versions.envoy}`);
  return ['contour', 'envoy', 'crds'].every((name) => existsSync(join(folder, name))) ? folder : undefined;
}

/**
 * Builds what is missing of the servers and of the data plane, or waits for another run that does so. Undefined: there
 * are no servers. A given cluster gets no data plane, because its pods have no addresses here.
 */
export function setUpControlPlane() {
  const found = findControlPlane();
  if (found?.kubeconfig || (process.env.KUBEBUILDER_ASSETS && !found)) return found;
  const script = process.env.KUBEBUILDER_ASSETS ? 'data-plane.sh' : 'build.sh';
  spawnSync(join(root, 'scripts', 'control-plane', script), { stdio: ['ignore', 'ignore', 'inherit'] });
  return findControlPlane();
}

const network = 'ip link set lo up && ip route replace local 198.18.0.0/16 dev lo';
const spaces = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * Command prefix that runs a program in its own network namespace, where each pod can have an address, and in its own
 * pid namespace, so that no process survives it.
 * Undefined if the machine does not allow it.
 */
export function ownNetwork() {
  const ways = [spaces, ['--user', '--map-current-user', '--keep-caps', ...spaces]];
  const usable = ways.find(
    (flags) => spawnSync('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...flags, 'sh', '-c', network], { stdio: 'ignore' }).status === 0,
  );
  // Ends with its parent, however the parent ends.
  return usable && ['setpriv', '--pdeathsig', 'KILL', 'unshare', ...usable, 'sh', '-c', `${network} && exec "$@"`, 'sh'];
}
