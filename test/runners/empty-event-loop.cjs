// Preloaded into a program under test: unrefs every timer and handle, so that its event loop runs empty and Node exits
// early.
const { setTimeout: sleep, setInterval: repeat } = globalThis;
const unrefed = (timer) => (timer.unref(), timer);
globalThis.setTimeout = Object.assign((...args) => unrefed(sleep(...args)), sleep);
globalThis.setInterval = (...args) => unrefed(repeat(...args));
unrefed(repeat(() => process._getActiveHandles().forEach((handle) => handle.unref?.()), 1));
