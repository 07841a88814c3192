import { expect, test } from '@jest/globals';
import { createKrmCommand } from '../../../src/adapters/cli/commands/krm-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { runFunction } from '../../../src/adapters/krm/run-function.ts';
import { YamlManifestReader } from '../../../src/adapters/yaml/yaml-manifest-reader.ts';
import { YamlResourceListReader } from '../../../src/adapters/yaml/yaml-resource-list-reader.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const ports = { lists: new YamlResourceListReader(), manifests: new YamlManifestReader() };
const krm = createKrmCommand({ run: (input) => runFunction(ports, input) });

const LIST = `kind: ResourceList
functionConfig: {spec: {existing: reject}}
items:
- kind: Pod
  metadata: {name: p, annotations: {dev.gvisor.spec.mount.other.type: bind}}
  spec: {runtimeClassName: gvisor}
`;

test('an error names the setting that helps, and no option: krm has none', async () => {
  const terminal = new RecordingTerminal();
  terminal.standardInput = Buffer.from(LIST);
  expect(await runCommand(krm, [], terminal)).toBe(65);
  expect(terminal.stderr).toContain('error MH_HINTS_CONFLICT');
  expect(terminal.stderr).toContain('"existing: keep" in the functionConfig keeps them.');
  expect(terminal.stderr).not.toMatch(/--[a-z]/);
});
