import { AsyncLocalStorage } from 'node:async_hooks';
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const { createContext } = vm;

/**
 * Jest notes by an AsyncLocalStorage which test is running. Node then does work for each promise that anything makes,
 * a twentieth of all that the tests compute. Tests run one after the other here, so that the last begun is the one.
 */
function noteRunningTestPlainly() {
  const stores = new WeakMap();
  AsyncLocalStorage.prototype.run = function run(store, callback, ...args) {
    const before = stores.get(this);
    const restore = () => stores.set(this, before);
    stores.set(this, store);
    let result;
    try {
      result = callback(...args);
    } catch (error) {
      restore();
      throw error;
    }
    if (typeof result?.finally === 'function') return result.finally(restore);
    restore();
    return result;
  };
  AsyncLocalStorage.prototype.getStore = function getStore() {
    return stores.get(this);
  };
}

noteRunningTestPlainly();

/**
 * Jest's own environment with a plain global object. Jest's is behind a proxy and Node's interceptors, so that each
 * mention of `Object`, `Map` or `Buffer` costs a microsecond: a third of all that the tests compute.
 */
export default class PlainContext extends TestEnvironment {
  constructor(config, context) {
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }
}
