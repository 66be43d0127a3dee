/** For the tests of features: the same on every store, warnings kept, conditions waited for. */
export { loggerInto } from "./logger-into.ts";
export { onEveryStore, type Store } from "./on-every-store.ts";
export { until } from "./until.ts";
