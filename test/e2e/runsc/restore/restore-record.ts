/** What a restore of a real runsc came to. */
export interface RestoreRecord {
  readonly id: string;
  readonly outcome: 'restored' | 'refused' | 'failed later';
  /** The part of runsc's message that names the cause; empty where it said nothing. */
  readonly message: string;
  /** What the comparison of the specs says. */
  readonly model: 'accepted' | 'refused';
}

/** The cause in a message of runsc, without what differs from run to run. */
export function causeIn(said: string): string {
  const [line = ''] = said.split('\n');
  return line
    .replace(/^.*(?:failed to validate restore spec: |starting sub-container \[[^\]]*\]: )/, '')
    .replace(/, checkpoint .*$/, '')
    .replaceAll(/0x[0-9a-f]+/g, '0x…')
    .replaceAll(/object ID \d+/g, 'object ID N');
}

const HEAD = `# What a real runsc does at a restore

Written by the tests from their own recordings (test/vectors/restore-observations.jsonl); do not edit. Repeat it with

\`\`\`
MOUNT_HINTS_E2E=long MOUNT_HINTS_E2E_RECORD=1 npm run test:e2e -- test/e2e/restore.test.ts
MOUNT_HINTS_E2E_RECORD=1 npm run test:unit -- test/vectors/restore-observations.test.ts
\`\`\`

as root. One checkpoint of a pod, and a restore for each row, with the one change that it names. The pod is a sandbox with
a hint (type \`tmpfs\`, share \`pod\`, options \`rw,rprivate\`) and a container \`c1\` that mounts the hinted emptyDir at
\`/data\` (a tmpfs in a file), another emptyDir at \`/plain\`, and a tmpfs at \`/scratch\`; it wrote files to the first and the
last. *Restored* says that both files were there afterwards. Each restore had ids, bundles and a kubelet directory of its
own. runsc is \`gvisor.dev/gvisor/runsc@v0.0.0-20260905035102-160fafc42237\`, with the flags of
[runsc-observations.md](runsc-observations.md).

| changed | runsc | specs alone | its message |
|---|---|---|---|
`;

/** The page of the recordings. */
export function describeRestores(records: readonly RestoreRecord[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = records.map(
    ({ id, outcome, message, model }) =>
      `| ${cell(id)} | ${outcome} | ${model} | ${message === '' ? '' : `\`${cell(message).replaceAll('`', "'")}\``} |`,
  );
  return `${HEAD}${rows.join('\n')}\n`;
}
