import type { Answer, Change, Patch, Shape } from './answer.ts';

/** What the page can show of a text. */
export type View = 'picture' | 'hints' | 'rewrite' | 'history' | 'policy';

/** A question to the worker. */
export interface Question {
  readonly id: number;
  readonly kind: View;
  readonly text: string;
  readonly release: string;
  readonly shape: Shape;
}

/** The worker's answer to the question of the same `id`. */
export interface Reply {
  readonly id: number;
  readonly kind: View;
  readonly result: Answer | Patch | readonly Change[];
}
