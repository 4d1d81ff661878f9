import { byRoute } from './by-route';

/** A canary Ingress beside the user's Ingress, of ingress-nginx. */
export const nginxIngress = byRoute('nginxIngress', { managed: ['header'] });
