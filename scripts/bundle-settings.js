/** How every bundle in dist/ is made. */
export const root = new URL('..', import.meta.url).pathname;

export const bundleSettings = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  // A dynamic import inside a vm.Script has no loader; require is the same for a CommonJS bundle.
  supported: { 'dynamic-import': false },
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  keepNames: false,
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: root,
};
