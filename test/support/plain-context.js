import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const { createContext } = vm;

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
