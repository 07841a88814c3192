import { isRelease, type Release } from './releases.ts';

const VERSION_LINE = /^runsc version (\S+)\s*$/m;
const TAGGED = /^release-(\d{8})\.\d+(?:-\d+-g[0-9a-f]+)?(?:-dirty)?$/;
const TELLS_NOTHING = /^(?:VERSION_MISSING|google-\S*)$/;

/**
 * The release that `runsc --version` tells of: the tag's date as YYYYMMDD, for a build some commits after
 * a tag (`release-20260817.0-12-gabcdef0`) too; `latest` for a build that carries no tag (`VERSION_MISSING`)
 * or one of Google's own (`google-…`); `undefined` for any other text.
 * Source: gVisor `runsc/version/version.go` and `runsc/cli/main.go`, which print `runsc version VERSION`.
 */
export function parseRunscVersion(output: string): Release | undefined {
  const version = VERSION_LINE.exec(output)?.[1] ?? '';
  if (TELLS_NOTHING.test(version)) return 'latest';
  const date = TAGGED.exec(version)?.[1];
  return date !== undefined && isRelease(date) ? date : undefined;
}
