import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OciSpec } from '../../src/index.ts';

/** A state file as runsc writes it: a head, the metadata, and something that nobody here reads. */
export function stateFile(metadata: unknown, length?: bigint): Buffer {
  const text = Buffer.from(typeof metadata === 'string' ? metadata : JSON.stringify(metadata));
  const head = Buffer.alloc(16);
  head.write('gVisorSF', 'latin1');
  head.writeBigUInt64BE(length ?? BigInt(text.length), 8);
  return Buffer.concat([head, text, Buffer.from([0x78, 0x01, 0, 1, 2, 3])]);
}

/** What a checkpoint of these containers says of them. */
export function checkpointMetadata(specs: Readonly<Record<string, OciSpec>>): Record<string, string> {
  return {
    _timestamp: '2026-11-28 09:25:43.205815835 +0000 UTC',
    compression: 'flate-best-speed',
    container_count: String(Object.keys(specs).length),
    container_specs: JSON.stringify(specs),
    network: 'none',
    runsc_version: 'release-20260907.0',
  };
}

/** An image directory with a state file of these bytes. */
export function imageDirectory(directory: string, bytes: Uint8Array): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'checkpoint.img'), bytes);
  return directory;
}
