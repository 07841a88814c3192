import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { createUpdateCommand } from '../../../src/adapters/cli/commands/update-command.ts';
import { updateWiring } from '../../../src/composition/commands/update.ts';
import { compareForRestore } from '../../../src/domain.ts';
import { createMountHints, type OciSpec } from '../../../src/index.ts';
import { checkpointMetadata, imageDirectory, stateFile } from '../../support/checkpoint-image.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';
import { containerSpec, sandboxSpec, Workplace } from '../../support/workplace.ts';

let place: Workplace;
let terminal: RecordingTerminal;
beforeEach(() => {
  place = new Workplace();
  terminal = new RecordingTerminal();
});
afterEach(() => place.remove());

function update(...args: string[]): Promise<number> {
  const wiring = { ...updateWiring, runtime: () => ({ installed: async () => '20260907' }) };
  return runCommand(createUpdateCommand(wiring), ['--kubelet-dir', place.kubeletDir, ...args], terminal);
}

const read = (bundle: string): OciSpec => JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));

function named(spec: object): OciSpec {
  const { annotations, ...rest } = spec as OciSpec;
  return { ...rest, annotations: { ...annotations, 'io.kubernetes.cri.container-name': 'web' } };
}

/** A pod as it was checkpointed, and its bundles once its volume holds something. */
async function pod() {
  const directory = place.volume('scratch');
  const before = {
    sandbox: place.bundle('before-sandbox', JSON.stringify(sandboxSpec())),
    container: place.bundle('before-container', JSON.stringify(named(containerSpec(place.kubeletDir)))),
  };
  expect(await update(before.sandbox, before.container)).toBe(0);
  const checkpoint = { __no_name_0: read(before.sandbox), web: read(before.container) };
  writeFileSync(join(directory, 'data'), 'x');
  return {
    checkpoint,
    image: imageDirectory(join(place.kubeletDir, '../image'), stateFile(checkpointMetadata(checkpoint))),
    sandbox: place.bundle('sandbox', JSON.stringify(sandboxSpec())),
    container: place.bundle('container', JSON.stringify(named(containerSpec(place.kubeletDir)))),
  };
}

test('--for-restore makes bundles fit the checkpoint, which an ordinary update does not', async () => {
  const { checkpoint, image, sandbox, container } = await pod();
  expect(await update('--dry-run', sandbox)).toBe(0);
  expect(await update('--for-restore', image, sandbox, container)).toBe(0);
  expect(compareForRestore(checkpoint.__no_name_0, read(sandbox), '20260907').verdict).toBe('accepted');
  expect(compareForRestore(checkpoint.web, read(container), '20260907').verdict).toBe('accepted');
  terminal.stdout = '';
  expect(await update('--check', '--for-restore', image, sandbox, container)).toBe(0);
});

test('an ordinary update makes them differ', async () => {
  const { checkpoint, sandbox } = await pod();
  expect(await update(sandbox)).toBe(0);
  expect(compareForRestore(checkpoint.__no_name_0, read(sandbox), '20260907').verdict).toBe('refused');
});

test('--for-restore takes standard input too, and tells what it cannot mend', async () => {
  const { image } = await pod();
  const other = { ...sandboxSpec(), hostname: 'x', root: { path: 'r', readonly: true } };
  terminal.standardInput = Buffer.from(JSON.stringify(other));
  terminal.stdout = '';
  expect(await update('--for-restore', image, '-')).toBe(0);
  expect(JSON.parse(terminal.stdout).root).toEqual({ path: 'r', readonly: true });
  expect(terminal.stderr).toMatch(/runsc will refuse the restore: root\.readonly differs/);
});

test('a container that the checkpoint does not have is an error, and the others go on', async () => {
  const { image, sandbox, container } = await pod();
  const spec = { ...containerSpec(place.kubeletDir) } as OciSpec;
  const other = place.bundle('other', JSON.stringify(spec));
  const before = readFileSync(join(other, 'config.json'), 'utf8');
  expect(await update('--for-restore', image, other, sandbox, container)).toBe(66);
  expect(terminal.stderr).toMatch(/MH_CONTAINER_NOT_IN_CHECKPOINT/);
  expect(readFileSync(join(other, 'config.json'), 'utf8')).toBe(before);
});

test('a checkpoint that is not there stops the command', async () => {
  const { sandbox } = await pod();
  expect(await update('--for-restore', join(place.kubeletDir, 'nothing'), sandbox)).toBe(66);
});

test('the library does the same', async () => {
  const { checkpoint, sandbox } = await pod();
  const specs = new Map<string, OciSpec>(Object.entries(checkpoint));
  const hints = createMountHints({
    release: '20260907',
    kubeletDir: place.kubeletDir,
    checkpoint: { specs },
  });
  const { spec } = await hints.update(read(sandbox));
  expect(compareForRestore(checkpoint.__no_name_0, spec, '20260907').verdict).toBe('accepted');
  await hints.updateBundle(sandbox);
  expect(read(sandbox)).toEqual(spec);
});
