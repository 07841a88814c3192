/**
 * Makes dist/executable/linux-ARCH/: the program as one file that needs no Node.js on the machine, the script that
 * engines call, SHA256SUMS, and a bill of materials (CycloneDX). Options: --arch x64|arm64, --node 26|24 and
 * --output DIR. Two builds are byte for byte equal.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { loadedDefine, programAliases, quietImports, root } from './bundle-settings.js';
import { nodeBinary } from './node-binary.js';

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: process.arch },
    node: { type: 'string', default: '26' },
    output: { type: 'string' },
  },
});
const { arch, node: line } = values;
const target =
  values.output === undefined ? join(root, `dist/executable/linux-${arch}`) : resolve(values.output);
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** Programs of another architecture are run by this one, where it is installed. */
const EMULATORS = {
  arm64: { program: '/usr/bin/qemu-aarch64-static', libraries: '/usr/aarch64-linux-gnu' },
  x64: { program: '/usr/bin/qemu-x86_64-static', libraries: '/usr/x86_64-linux-gnu' },
};

const settings = {
  bundle: true,
  platform: 'node',
  target: `node${line}`,
  format: 'cjs',
  supported: { 'dynamic-import': false },
  alias: programAliases,
  minify: true,
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
  logOverride: quietImports,
  absWorkingDir: root,
};
const WRAP = {
  banner: { js: '(function (exports, require, module) {' },
  footer: { js: '})' },
};

const commands = readdirSync(join(root, 'src/composition/commands')).map((file) => basename(file, '.ts'));

/** Bundles all commands into `work`; gives the files that they are made of. */
async function bundle(work) {
  const { metafile } = await build({
    ...settings,
    ...WRAP,
    metafile: true,
    define: loadedDefine,
    outExtension: { '.js': '.cjs' },
    outdir: work,
    entryPoints: {
      ...Object.fromEntries(commands.map((name) => [name, `src/composition/commands/${name}.ts`])),
      'rewrite-before-start': 'src/composition/runtime.ts',
      kubectl: 'src/composition/kubectl.ts',
    },
  });
  return Object.keys(metafile.inputs);
}

/** What most runs do; the words of each start, and the words of the programs whose code is compiled ahead. */
function runsOf(work) {
  const at = (name) => join(work, 'example', name);
  const fresh = (name, number) => {
    cpSync(join(root, 'scripts/warm-up', name), at(`${name}-${number}`), { recursive: true });
    return at(`${name}-${number}`);
  };
  mkdirSync(at('kubelet/pods/0/volumes/kubernetes.io~empty-dir/cache'), { recursive: true });
  const options = ['--release=20260615', `--kubelet-dir=${at('kubelet')}`];
  const container = fresh('container', 1);
  const sandbox = fresh('sandbox', 1);
  return {
    update: [container, sandbox, sandbox].map((path) => [...options, path]),
    'rewrite-before-start': [fresh('container', 2), fresh('sandbox', 2)].map((path) => [
      `--bundle=${path}`,
      ...options,
    ]),
    help: [[]],
  };
}

/**
 * With these, V8 writes the same compiled code each time: string hashes have a seed, and the garbage collector, which
 * leaves marks in functions, does not depend on time. V8 does not count either flag when code is loaded.
 */
const SAME_CODE = ['--predictable', '--random-seed=1'];

/** The bundles whose compiled code could be made: none where the architecture cannot be run here. */
function writeCaches(work, program) {
  const emulator = arch === process.arch ? undefined : EMULATORS[arch];
  const missing = Object.values(emulator ?? {}).find((path) => !existsSync(path));
  if (missing !== undefined) {
    console.error(`${missing} is not here: the executable compiles its code at each start.`);
    return [];
  }
  const [first, ...rest] =
    emulator === undefined ? [program] : [emulator.program, '-L', emulator.libraries, program];
  const env = { PATH: process.env.PATH, HOME: work, XDG_CACHE_HOME: join(work, 'cache') };
  const runs = runsOf(work);
  for (const [name, list] of Object.entries(runs)) {
    const writer = join(root, 'scripts/write-bundle-cache.cjs');
    execFileSync(first, [...rest, ...SAME_CODE, writer, work, name, JSON.stringify(list)], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
  return Object.keys(runs);
}

/** The packages whose code is among `files`: where each is, by `name@version`. */
function bundledPackages(files) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const paths = new Set(
    files.map((file) => /(node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]),
  );
  const bundled = Object.entries(packages).filter(([path]) => path && paths.has(path));
  return new Map(
    bundled.map(([path, { version }]) => [`${path.split('node_modules/').pop()}@${version}`, path]),
  );
}

function licenceOf(path) {
  const file = readdirSync(join(root, path)).find((name) => /^licen[cs]e/i.test(name));
  if (file !== undefined) return readFileSync(join(root, path, file), 'utf8');
  const { license, author } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  return `Licence: ${license}. Author: ${author?.name ?? author ?? 'not named'}. The package has no file for it.\n`;
}

/** The licences of all that is in the executable, which ask to be passed on with it. */
function licences(node, packages) {
  const texts = [
    [`gvisor-mount-hints@${version}`, readFileSync(join(root, 'LICENSE'), 'utf8')],
    ...[...packages].map(([key, path]) => [key, licenceOf(path)]),
    [`node@${node.version}`, node.licence],
  ];
  return texts.map(([key, text]) => `=== ${key}\n\n${text.trim()}\n`).join('\n');
}

function sbom(node, packages) {
  const text = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const bom = JSON.parse(text);
  bom.components = bom.components.filter(({ 'bom-ref': ref }) => packages.has(ref));
  bom.dependencies = bom.dependencies.filter(
    ({ ref }) => packages.has(ref) || ref === bom.metadata.component['bom-ref'],
  );
  for (const each of bom.dependencies) each.dependsOn = each.dependsOn?.filter((ref) => packages.has(ref));
  // These would make each build another one; npm names the component after its directory.
  delete bom.serialNumber;
  delete bom.metadata.timestamp;
  bom.metadata.component.name = name;
  bom.components.push({
    type: 'framework',
    name: 'node',
    version: node,
    purl: `pkg:npm/node-linux-${arch}@${node}`,
  });
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

const work = mkdtempSync(join(tmpdir(), 'mount-hints-executable-'));
try {
  const node = nodeBinary(line, arch, work);
  // The one that assembles: it must run here, and know --build-sea, which Node 24 does not.
  const assembler = arch === process.arch && line === '26' ? node : nodeBinary('26', process.arch, work);
  const packages = bundledPackages(await bundle(work));
  const cached = writeCaches(work, node.program);
  await build({
    ...settings,
    entryPoints: ['src/composition/executable.ts'],
    outfile: join(work, 'executable.cjs'),
    define: {
      VERSION: JSON.stringify(version),
      COMMANDS: JSON.stringify(commands),
      CACHED: JSON.stringify(cached),
    },
  });
  const wrapper = join(root, 'src/adapters/oci-runtime/mount-hints-runtime.sh');
  const names = [
    ...[...commands, 'rewrite-before-start', 'kubectl'].map((name) => `${name}.cjs`),
    ...cached.map((name) => `${name}.cache`),
  ];
  mkdirSync(target, { recursive: true });
  const executable = join(target, 'mount-hints');
  const config = join(work, 'sea.json');
  writeFileSync(
    config,
    JSON.stringify({
      // It stands in the executable as it is written here.
      main: 'executable.cjs',
      output: executable,
      executable: basename(node.stripped),
      disableExperimentalSEAWarning: true,
      // NODE_OPTIONS of whoever calls it are not for this program.
      execArgvExtension: 'none',
      assets: {
        'mount-hints-runtime': wrapper,
        ...Object.fromEntries(names.map((name) => [name, join(work, name)])),
      },
    }),
  );
  rmSync(executable, { force: true });
  execFileSync(assembler.program, ['--build-sea', config], {
    cwd: work,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  copyFileSync(wrapper, join(target, 'mount-hints-runtime'));
  for (const name of ['mount-hints', 'mount-hints-runtime']) chmodSync(join(target, name), 0o755);
  writeFileSync(join(target, 'mount-hints.cdx.json'), sbom(node.version, packages));
  writeFileSync(join(target, 'LICENSES.txt'), licences(node, packages));
  const sums = ['mount-hints', 'mount-hints-runtime', 'mount-hints.cdx.json', 'LICENSES.txt'].map(
    (name) =>
      `${createHash('sha256')
        .update(readFileSync(join(target, name)))
        .digest('hex')}  ${name}\n`,
  );
  writeFileSync(join(target, 'SHA256SUMS'), sums.join(''));
  console.log(
    `${relative(process.cwd(), executable)}: Node.js ${node.version}, ${(statSync(executable).size / 1e6).toFixed(0)} MB`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
