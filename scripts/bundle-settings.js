/** How every bundle in dist/ is made. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

export const root = new URL('..', import.meta.url).pathname;

/** Packages that several bundles share, or that most runs of one never need: each has a bundle of its own. */
const LAZY_PACKAGES = ['fast-glob', 'diff', 'memfs', 'yaml'];

/** What the programs have in place of packages that cost their start too much. */
export const programAliases = {
  inversify: './src/composition/small-container.ts',
  // Only inversify needs it.
  'reflect-metadata/lite': './src/composition/small-container.ts',
  // The same code without a look at process.env for each token, which costs a tenth of the parse.
  yaml: './node_modules/yaml/browser/index.js',
};

/** That small-container.ts does nothing when it is imported for nothing is as it should be. */
export const quietImports = { 'ignored-bare-import': 'silent' };

const settings = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  // The same for a CommonJS bundle, without Node's loader of ES modules.
  supported: { 'dynamic-import': false },
  alias: programAliases,
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  keepNames: false,
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
  logOverride: quietImports,
  absWorkingDir: root,
};

/**
 * One line instead of pages of source under a Node that is too old. It stands before all else, in what any Node can
 * read; the launchers behind it are written for old ones too, or their syntax would be refused before it runs. It
 * declares no name beside them: esbuild does not know a banner's names, and gives them away again.
 */
export const versionGuard =
  '(function(v){if(+v[0]<20||+v[0]===20&&+v[1]<19){console.error("error MH_NODE_TOO_OLD: Node.js 20.19 or later is needed, and this is "+process.versions.node+". Install a newer one, or put it first on PATH.");process.exit(69)}})(process.versions.node.split("."));';

/** For a file that Node itself loads. */
export const launcherSettings = {
  ...settings,
  target: 'node10.4',
  banner: { js: versionGuard },
};

/** The pages whose sections `mount-hints help CODE` prints, so that it needs no file beside it: JSON, packed, in base64. */
function codePages() {
  const pages = ['errors', 'diagnostics', 'doctor', 'notes'].map((name) =>
    readFileSync(join(root, `docs/${name}.md`), 'utf8'),
  );
  return brotliCompressSync(JSON.stringify(pages)).toString('base64');
}

/** Leaves a lazy package to its bundle, in the folder `lazy` beside the one that asks for it. */
const lazyPackages = {
  name: 'lazy-packages',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${LAZY_PACKAGES.join('|')})$`) }, ({ path, kind }) =>
      kind === 'entry-point'
        ? undefined
        : {
            path: `./lazy/${path}.cjs`,
            external: true,
          },
    );
  },
};

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What the commands have instead of files beside them. */
export const loadedDefine = { CODE_PAGES: JSON.stringify(codePages()), VERSION: JSON.stringify(version) };

/** For files that src/composition/load-built-file.ts loads. */
const loadedSettings = {
  ...settings,
  define: loadedDefine,
  outExtension: { '.js': '.cjs' },
};

/** Bundles the entry points into `outdir`. */
export async function buildLoaded(entryPoints, outdir) {
  await build({ ...loadedSettings, entryPoints, outdir, plugins: [lazyPackages] });
}

/** Bundles the lazy packages into the folder `lazy` beside the bundles that load them. */
export async function buildLazyPackages(outdir) {
  await build({ ...loadedSettings, entryPoints: LAZY_PACKAGES, outdir: join(outdir, 'lazy') });
}
