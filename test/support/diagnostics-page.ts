import type { Diagnostic } from '../../src/domain/check/diagnostic.ts';
import { DIAGNOSTIC_GROUPS } from '../../src/domain/check/diagnostics.ts';

function section({ code, severity, what, why, source, fix, example }: Diagnostic): string {
  return `### ${code}

**${severity}** · ${what}

${why} (Source: ${source}.)

**Fix:** ${fix}

\`\`\`yaml
${example}
\`\`\`
`;
}

const HEAD = `# Diagnostics

What \`mount-hints check\` finds, and the library's \`check()\`: one section a code. The codes are stable; to
leave one out, see [Ignore a finding](explain.md#ignore-a-finding). An *error* keeps a pod from starting or loses data; a *warning* is
probably not what was meant; an *info* is good to know, and shown with \`--severity info\`.

This page is made from the registry (\`src/domain/check/\`): \`UPDATE_DOCS=1 npx jest test/unit/check\` writes it,
and the same test fails when it is out of date.
`;

/** docs/diagnostics.md as the registry has it. */
export function diagnosticsPage(): string {
  const groups = DIAGNOSTIC_GROUPS.map(
    ([heading, rules]) => `## ${heading}\n\n${rules.map(section).join('\n')}`,
  );
  return `${HEAD}\n${groups.join('\n')}`;
}
