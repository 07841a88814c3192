/** For those who write adapters, or test a service that uses this package: contract suites. */
export { type KnownDeviations, withKnownDeviations } from './known-deviations.ts';
export * from './manifest-reader-contract.ts';
export * from './runtime-release-contract.ts';
export * from './spec-store-contract.ts';
export { ContractError, type TestRunner } from './suite.ts';
export * from './volume-layout-contract.ts';
export * from './volume-lookup-contract.ts';
