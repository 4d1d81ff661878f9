export { detachContext } from './scope';
export { continueTrace, followEvents, followTrace, handling, traced, traceHeaders } from './trace';
