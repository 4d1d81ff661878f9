import { byRoute } from './by-route';

/** TrafficSplits of the Service Mesh Interface. */
export const smi = byRoute('smi');
