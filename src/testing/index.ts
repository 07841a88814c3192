/**
 * For those who write adapters, or test a service that uses this package: contract suites, and a file system in memory
 * with pods on it.
 */
export type { MemoryContent, MemoryFileSystem, MemoryVolume } from '../adapters/memory-fs/memory-content.ts';
export type { FileStatus, FileSystemStatus } from '../ports/file-system.ts';
export { createMemoryFileSystem } from './create-memory-file-system.ts';
export { type KnownDeviations, withKnownDeviations } from './known-deviations.ts';
export * from './manifest-reader-contract.ts';
export * from './runtime-release-contract.ts';
export * from './spec-store-contract.ts';
export { ContractError, type TestRunner } from './suite.ts';
export * from './volume-layout-contract.ts';
export * from './volume-lookup-contract.ts';
