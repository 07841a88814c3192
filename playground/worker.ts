/** Answers questions about a text beside the page, which stays quick whatever the text is. */
import { answer, hintsPatch, history, rewritePatch } from './answer.ts';
import type { Question, Reply } from './messages.ts';

async function policyText(): Promise<string> {
  const { policyText: print } = await import('./policy-text.ts');
  return print();
}

async function resultOf({ kind, text, release, shape }: Question): Promise<Reply['result']> {
  switch (kind) {
    case 'picture':
      return answer(text, release, shape);
    case 'hints':
      return hintsPatch(text, release);
    case 'rewrite':
      return rewritePatch(text, release);
    case 'history':
      return history(text);
    case 'policy':
      return { text: await policyText(), note: '' };
  }
}

self.addEventListener('message', async ({ data }: MessageEvent<Question>) => {
  self.postMessage({ id: data.id, kind: data.kind, result: await resultOf(data) } satisfies Reply);
});
