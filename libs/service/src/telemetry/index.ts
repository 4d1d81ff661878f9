export { outside } from './scope';
export { continueTrace, followTrace, handling, traced, traceHeaders } from './trace';
