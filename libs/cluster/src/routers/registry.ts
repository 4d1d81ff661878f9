import type { RouterName } from '@alloy/release';
import { gatewayApi } from './gateway-api/gateway-api';
import { istio } from './istio/istio';
import { nginxIngress } from './nginx-ingress/nginx-ingress';
import { podRatio } from './pod-ratio';
import type { Router } from './router';
import { serviceSelector } from './service-selector/service-selector';
import { smi } from './smi/smi';
import { traefik } from './traefik/traefik';

/** Every router, by the name that plans use; exhaustive. How each is planned is in `libs/release/src/routers`. */
export const routers: Readonly<Record<RouterName, Router>> = {
  podRatio, gatewayApi, istio, traefik, smi, nginxIngress, serviceSelector,
};

/** There is no router with that name. Services look up their router when they start, so that they fail then. */
export class UnknownRouter extends Error {
  readonly code = 'unknown_router';
  constructor(readonly router: string) {
    super(`there is no router ${router}; known: ${Object.keys(routers).join(', ')}`);
    this.name = 'UnknownRouter';
  }
}

export function routerNamed(name: string): Router {
  const router = Object.entries(routers).find(([known]) => known === name)?.[1];
  if (!router) throw new UnknownRouter(name);
  return router;
}
