export { outside } from './scope';
export { continueTrace, followEvents, followTrace, handling, traced, traceHeaders } from './trace';
