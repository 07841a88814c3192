/** Node's own program for an architecture; see node-binary.js. */
export function nodeBinary(
  line: string,
  arch: string,
  work: string,
): {
  readonly version: string;
  readonly program: string;
  readonly stripped: string;
  readonly licence: string;
};

/** The pinned program of a release line, unpacked into `work`; see node-binary.js. */
export function nodeProgram(
  line: string,
  arch: string,
  work: string,
): { readonly version: string; readonly program: string };
