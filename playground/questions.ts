import type { Question, Reply, View } from './messages.ts';

/** A worker that has not answered for so long is given up when there is a newer question. */
const PATIENCE_MS = 1500;

interface Waiting {
  readonly question: Question;
  readonly since: number;
}

/** Asks the worker, of each kind only the newest question, so that fast typing never makes a queue. */
export class Questions {
  #worker: Worker | undefined;
  #running: Waiting | undefined;
  #last = 0;
  readonly #next = new Map<View, Question>();
  readonly #onReply: (reply: Reply) => void;

  constructor(onReply: (reply: Reply) => void) {
    this.#onReply = onReply;
  }

  ask(kind: View, about: Pick<Question, 'text' | 'release' | 'shape'>): void {
    this.#next.set(kind, { id: ++this.#last, kind, ...about });
    const isStuck = this.#running !== undefined && performance.now() - this.#running.since > PATIENCE_MS;
    if (isStuck) this.#giveUp();
    this.#send();
  }

  #giveUp(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#running = undefined;
  }

  #send(): void {
    if (this.#running !== undefined) return;
    const [first] = this.#next;
    if (first === undefined) return;
    const [kind, question] = first;
    this.#next.delete(kind);
    this.#running = { question, since: performance.now() };
    this.#open().postMessage(question);
  }

  #open(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('worker.js', document.baseURI), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      this.#running = undefined;
      // An answer to an older text would only flash by.
      if (!this.#next.has(data.kind)) this.#onReply(data);
      this.#send();
    });
    this.#worker = worker;
    return worker;
  }
}
