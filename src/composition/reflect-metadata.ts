/**
 * What inversify asks of `reflect-metadata` in the bundles, which have this in its place: without decorators
 * that is a counter, kept on `Object`. The package's own set-up costs a start more than resolving all bindings
 * (docs/benchmarks.md). The library asks for the package itself, which its users may share.
 */
const metadata = new WeakMap<object, Map<unknown, unknown>>();

Object.assign(Reflect, {
  getOwnMetadata: (key: unknown, target: object) => metadata.get(target)?.get(key),
  defineMetadata(key: unknown, value: unknown, target: object) {
    metadata.set(target, (metadata.get(target) ?? new Map()).set(key, value));
  },
});
