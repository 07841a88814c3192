import { expect, test } from '@jest/globals';
import type { ErrorCode, Note } from 'gvisor-mount-hints';
import type {
  HintDecision,
  MountFailure,
  RestoreDifference,
  SandboxProblem,
  Why,
} from 'gvisor-mount-hints/domain';

/** A member that a release of tomorrow adds, as a service that was compiled today meets it. */
const later = <T>(member: object) => member as T;

/** Each names what it knows, and has a `default`, in which the code is still there to be shown. */
const READERS = {
  note(note: Note): string {
    switch (note.code) {
      case 'source-found':
        return note.path;
      case 'no-pod-uid':
        return 'no pod';
      default:
        return note.code;
    }
  },
  decision(decision: HintDecision): string {
    switch (decision.code) {
      case 'hinted':
        return decision.hint.type;
      case 'skipped':
        return decision.reason;
      default:
        return decision.code;
    }
  },
  failure(failure: MountFailure): string {
    switch (failure.kind) {
      case 'option-refused':
        return failure.option;
      default:
        return failure.kind;
    }
  },
  why(why: Why): string {
    switch (why.kind) {
      case 'becomes':
        return why.serving;
      default:
        return why.kind;
    }
  },
  problem(problem: SandboxProblem): string {
    switch (problem.kind) {
      case 'rewrite-failed':
        return problem.text;
      default:
        return problem.kind;
    }
  },
  difference({ rule, where }: RestoreDifference): string {
    switch (rule) {
      case 'annotation':
        return where;
      default:
        return rule;
    }
  },
} as const;

test.each([
  ['note', READERS.note({ code: 'source-found', volume: 'a', path: '/a' }), '/a'],
  ['note of tomorrow', READERS.note(later({ code: 'new' })), 'new'],
  ['decision of tomorrow', READERS.decision(later({ code: 'new', volume: 'a' })), 'new'],
  ['failure', READERS.failure({ kind: 'no-source' }), 'no-source'],
  ['failure of tomorrow', READERS.failure(later({ kind: 'new' })), 'new'],
  ['reason', READERS.why({ kind: 'becomes', serving: 'gofer' }), 'gofer'],
  ['reason of tomorrow', READERS.why(later({ kind: 'new' })), 'new'],
  ['problem of tomorrow', READERS.problem(later({ kind: 'new' })), 'new'],
  ['difference of tomorrow', READERS.difference(later({ rule: 'new', where: 'a' })), 'new'],
])('a service reads a %s', (_, read, expected) => {
  expect(read).toBe(expected);
});

test('a table by error code is partial: what it does not name has an answer too', () => {
  const statuses: Readonly<Partial<Record<ErrorCode, number>>> = { MH_SPEC_SHAPE: 400 };
  const statusOf = (code: ErrorCode) => statuses[code] ?? 500;
  expect([statusOf('MH_SPEC_SHAPE'), statusOf('MH_OF_TOMORROW' as ErrorCode)]).toEqual([400, 500]);
});
