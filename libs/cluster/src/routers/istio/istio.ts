import { weightedRoute } from '../weighted-route/weighted-route';
import { istioFormat } from './format';

/** The weights of a VirtualService divide the traffic. */
export const istio = weightedRoute('istio', istioFormat);
