import { weightedRoute } from '../weighted-route/weighted-route';
import { smiFormat } from './format';

/** The weights of a TrafficSplit divide the traffic. */
export const smi = weightedRoute('smi', smiFormat);
