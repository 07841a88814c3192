export * from './input-finder-contract.ts';
export * from './runtime-release-contract.ts';
export * from './spec-store-contract.ts';
export { ContractError, type TestRunner } from './suite.ts';
export * from './volume-layout-contract.ts';
export * from './volume-lookup-contract.ts';
