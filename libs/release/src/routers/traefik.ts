import { byRoute } from './by-route';

/** TraefikServices with weights. */
export const traefik = byRoute('traefik');
