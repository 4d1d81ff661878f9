import { weightedRoute } from '../weighted-route/weighted-route';
import { traefikFormat } from './format';

/** The weights of a TraefikService divide the traffic. */
export const traefik = weightedRoute('traefik', traefikFormat);
