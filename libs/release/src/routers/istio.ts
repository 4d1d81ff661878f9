import { byRoute } from './by-route';

/** VirtualServices of Istio. */
export const istio = byRoute('istio', { hasNamedRules: true });
