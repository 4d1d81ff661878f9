// Preloaded into a program under test: nothing that it waits for keeps its event loop alive, so that Node ends it in the middle.
const { setTimeout: sleep, setInterval: repeat } = globalThis;
const unrefed = (timer) => (timer.unref(), timer);
globalThis.setTimeout = Object.assign((...args) => unrefed(sleep(...args)), sleep);
globalThis.setInterval = (...args) => unrefed(repeat(...args));
unrefed(repeat(() => process._getActiveHandles().forEach((handle) => handle.unref?.()), 1));
