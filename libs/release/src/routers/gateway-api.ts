import { byRoute } from './by-route';

/** HTTPRoutes and GRPCRoutes of the Gateway API. */
export const gatewayApi = byRoute('gatewayApi', { managed: ['header', 'mirror'], hasNamedRules: true, keepsUsers: true });
