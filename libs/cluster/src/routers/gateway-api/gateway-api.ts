import { weightedRoute } from '../weighted-route/weighted-route';
import { gatewayFormat } from './format';

/** The weights of an HTTPRoute or a GRPCRoute divide the traffic. */
export const gatewayApi = weightedRoute('gatewayApi', gatewayFormat);
