import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstallationOptions } from '../../support/installation';
import { shortPolicy } from '../../support/stories';

const FOLDER = join(__dirname, '..');

/** A bundle, how its pipeline renders a version, and what must run after the release of the second version. */
export interface BundleCase {
  readonly file: string;
  /** Of the Deployment that is released progressively. */
  readonly workload: string;
  /** Whether the policy must name it. */
  readonly named?: boolean;
  /** The policy's `images`: all repositories that get the tag of the release, but for that of the workload. */
  readonly tagged?: readonly string[];
  /** What the pipeline changes in the text for the version; default: nothing, and `--image-tag` sets the tags. */
  readonly render?: (text: string, tag: string) => string;
  /** Images by `Kind name` of everything with pods, at the second version. */
  readonly images: Readonly<Record<string, string>>;
  /** `Kind name` of what the release must not write. */
  readonly left: readonly string[];
  /** Numbers of pods that another client sets between the releases. */
  readonly scaled?: Readonly<Record<string, number>>;
  /** The Deployments that read a ConfigMap whose name contains a hash of its content. */
  readonly readers?: readonly string[];
}

const REGISTRY = 'registry.example.com';
const BOUTIQUE = `${REGISTRY}/samples/boutique`;
const services = [
  'emailservice', 'checkoutservice', 'recommendationservice', 'frontend', 'paymentservice', 'productcatalogservice', 'cartservice',
  'loadgenerator', 'currencyservice', 'shippingservice', 'adservice',
];

/** The bundles by project; the tags of the two versions are v1 and v2. */
export const bundles = {
  boutique: {
    file: 'microservices-demo', workload: 'frontend', named: true,
    tagged: services.filter((name) => name !== 'frontend').map((name) => `${BOUTIQUE}/${name}`),
    images: {
      ...Object.fromEntries(services.map((name) => [`Deployment ${name}`, `${BOUTIQUE}/${name}:v2`])),
      'StatefulSet redis-cart': 'redis:alpine',
    },
    left: ['Role boutique-reader', 'RoleBinding boutique-reader'],
    scaled: { cartservice: 2 },
  },
  guestbook: {
    file: 'guestbook', workload: 'frontend', named: true,
    tagged: [`${REGISTRY}/samples/gb-redis-follower`],
    images: {
      'Deployment redis-leader': 'docker.io/redis:6.0.5',
      'Deployment redis-follower': `${REGISTRY}/samples/gb-redis-follower:v2`,
      'Deployment frontend': `${REGISTRY}/samples/gb-frontend:v2`,
    },
    left: [],
    scaled: { 'redis-follower': 3 },
  },
  chart: {
    file: 'helm-release', workload: 'release-name-shop',
    render: (text, tag) => text.replaceAll('6f0f9c1b', `6f0f9c1b-${tag}`).replace('colour: red', `colour: red-${tag}`),
    images: {
      'Deployment release-name-shop': `${REGISTRY}/shop/web:v2`,
      'CronJob release-name-shop-report': `${REGISTRY}/shop/web:v2`,
    },
    left: ['Job release-name-shop-migrate', 'Pod release-name-shop-test-connection'],
  },
  kustomized: {
    file: 'kustomize-build', workload: 'web',
    render: (text, tag) => text.replaceAll('settings-g5hb56m2cg', `settings-g5hb56m2c${tag}`).replace('COLOUR: red', `COLOUR: ${tag}`),
    images: { 'Deployment web': `${REGISTRY}/shop/web:v2`, 'Deployment worker': `${REGISTRY}/shop/web:v2` },
    left: ['Namespace shop'],
    scaled: { web: 3 },
    readers: ['web', 'worker'],
  },
  ingress: {
    file: 'ingress-controller', workload: 'ingress-nginx-controller',
    images: {
      'Deployment ingress-nginx-controller': `${REGISTRY}/ingress-nginx/controller:v2`,
      'Job ingress-nginx-admission-create': `${REGISTRY}/ingress-nginx/kube-webhook-certgen:v1.5.0`,
    },
    left: [
      'Namespace shop', 'ClusterRole ingress-nginx', 'ClusterRoleBinding ingress-nginx', 'IngressClass nginx',
      'ValidatingWebhookConfiguration ingress-nginx-admission',
    ],
  },
} as const satisfies Readonly<Record<string, BundleCase>>;
export type BundleName = keyof typeof bundles;
export const bundleNames = Object.keys(bundles) as readonly BundleName[];

/** The policy of each bundle's project. The pods are judged by their health, because most bundles have no metrics. */
export const policies = (kinds?: readonly string[]): Readonly<Record<BundleName, InstallationOptions['projects'][string]>> => {
  const policyOf = ({ workload, named, tagged }: BundleCase) => ({
    ...shortPolicy, analysis: { mode: 'health' as const },
    ...(named && { workload }), ...(tagged && { images: [...tagged] }), ...(kinds && { kinds: [...kinds] }),
  });
  return Object.fromEntries(bundleNames.map((name) => [name, policyOf(bundles[name])])) as ReturnType<typeof policies>;
};

/** The bundle of a version as a file's text, in that namespace. */
export function textOf({ file, render }: BundleCase, tag: string, namespace: string): string {
  const text = readFileSync(join(FOLDER, `${file}.yaml`), 'utf8').replaceAll('namespace: shop', `namespace: ${namespace}`);
  return render ? render(text, tag) : text;
}
