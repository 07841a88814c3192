import './style.css';
import { detailStyle } from '../src/adapters/cli/picture/page-style.ts';
import { colourVariables, pictureStyle } from '../src/adapters/cli/picture/picture-style.ts';
import type { Answer, Change, Mark, Patch, Shape } from './answer.ts';
import { Editor } from './editor.ts';
import type { Example } from './examples.ts';
import { decodeState, encodeState } from './link-state.ts';
import type { Reply, View } from './messages.ts';
import { Questions } from './questions.ts';
import { README_POD } from './readme-pod.ts';
import { STOPS } from './stops.ts';

const LINK_MS = 300;
const HISTORY_MS = 400;
const MOST_FILE_BYTES = 4 * 1024 * 1024;

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`#${id} is missing`);
  return found as T;
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** The page: what is asked, and what is shown of the answers. */
class Playground {
  readonly #editor: Editor;
  readonly #questions = new Questions((reply) => this.#show(reply));
  readonly #slider = element<HTMLInputElement>('release');
  readonly #panel = element('panel');
  readonly #tabs = [...document.querySelectorAll<HTMLButtonElement>('[role=tab]')];
  /** As in the style sheet. */
  readonly #phone = matchMedia('(max-width: 800px)');
  /** The pods that are shown, each with what it was made of, so that one that stays is not made again. */
  #shownPods: readonly { readonly of: string; readonly made: HTMLElement }[] = [];
  #view: View = 'picture';
  #changes: readonly Change[] = [];
  #chosen: string | undefined;
  #examples: readonly Example[] = [];
  #linkTimer: ReturnType<typeof setTimeout> | undefined;
  #historyTimer: ReturnType<typeof setTimeout> | undefined;
  #isOwnFragment = '';

  constructor() {
    this.#slider.max = String(STOPS.length - 1);
    this.#slider.value = this.#slider.max;
    this.#editor = new Editor(element('editor'), () => this.#changed());
    this.#listen();
    this.#select('picture');
  }

  async start(): Promise<void> {
    const state = await decodeState(location.hash.slice(1));
    this.#load(state?.text ?? README_POD, state?.release ?? 'latest');
    const { EXAMPLES } = await import('./examples.ts');
    this.#examples = EXAMPLES;
    const select = element<HTMLSelectElement>('example');
    for (const severity of ['error', 'warning', 'info'] as const) {
      const group = document.createElement('optgroup');
      group.label = { error: 'Errors', warning: 'Warnings', info: 'Good to know' }[severity];
      for (const { code, severity: own } of EXAMPLES)
        if (own === severity) group.append(new Option(code, code));
      select.append(group);
    }
    select.dataset.ready = 'true';
  }

  get #release(): string {
    return STOPS[Number(this.#slider.value)] ?? 'latest';
  }

  get #about() {
    const shape: Shape = this.#phone.matches ? 'narrow' : 'medium';
    return { text: this.#editor.text, release: this.#release, shape };
  }

  #load(text: string, release: string): void {
    const date = release === 'latest' ? STOPS.at(-1) : release;
    // The rules of a date between two stops are those of the one before it.
    const index = STOPS.findLastIndex((stop) => stop <= (date ?? ''));
    this.#slider.value = String(Math.max(index, 0));
    this.#chosen = undefined;
    this.#editor.text = text;
    this.#tellRelease();
  }

  #changed(): void {
    this.#ask();
    clearTimeout(this.#linkTimer);
    this.#linkTimer = setTimeout(() => this.#writeLink(), LINK_MS);
    clearTimeout(this.#historyTimer);
    this.#historyTimer = setTimeout(() => this.#questions.ask('history', this.#about), HISTORY_MS);
  }

  #ask(): void {
    this.#questions.ask('picture', this.#about);
    if (this.#view !== 'picture') this.#questions.ask(this.#view, this.#about);
  }

  async #writeLink(): Promise<boolean> {
    const fragment = await encodeState({ text: this.#editor.text, release: this.#release });
    this.#isOwnFragment = fragment ?? '';
    window.history.replaceState(null, '', fragment === undefined ? location.pathname : `#${fragment}`);
    return fragment !== undefined;
  }

  #listen(): void {
    this.#slider.addEventListener('input', () => {
      this.#tellRelease();
      this.#changed();
    });
    const select = element<HTMLSelectElement>('example');
    select.addEventListener('change', () => {
      const example = this.#examples.find(({ code }) => code === select.value);
      this.#load(example?.text ?? README_POD, example?.release ?? 'latest');
    });
    for (const tab of this.#tabs) tab.addEventListener('click', () => this.#select(tab.dataset.view as View));
    element('tab-picture').parentElement?.addEventListener('keydown', (event) => this.#moveTab(event));
    element('link').addEventListener('click', () => this.#copyLink());
    element('scheme').addEventListener('click', () => {
      const { dataset } = document.documentElement;
      const isDark = dataset.scheme
        ? dataset.scheme === 'dark'
        : matchMedia('(prefers-color-scheme: dark)').matches;
      dataset.scheme = isDark ? 'light' : 'dark';
    });
    window.addEventListener('hashchange', async () => {
      if (location.hash.slice(1) === this.#isOwnFragment) return;
      const state = await decodeState(location.hash.slice(1));
      if (state) this.#load(state.text, state.release);
    });
    window.addEventListener('dragover', (event) => event.preventDefault());
    window.addEventListener('drop', (event) => this.#drop(event), true);
    this.#phone.addEventListener('change', () => this.#ask());
    this.#listenToPicture();
  }

  #listenToPicture(): void {
    const linkAt = (event: Event) =>
      (event.target as Element).closest?.('.picture a')?.getAttribute('href')?.slice(1);
    this.#panel.addEventListener('mouseover', (event) => this.#choose(linkAt(event)));
    this.#panel.addEventListener('focusin', (event) => this.#choose(linkAt(event)));
    this.#panel.addEventListener('click', (event) => {
      const id = linkAt(event);
      if (id !== undefined) event.preventDefault();
      this.#choose(id);
      // Where the details stand below the picture, a tap has to lead there.
      if (id !== undefined) document.getElementById(id)?.scrollIntoView({ block: 'nearest' });
      const { copy } = (event.target as HTMLElement).dataset;
      if (copy !== undefined) void this.#copy(element(copy).textContent ?? '', 'Copied.');
    });
  }

  #moveTab(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const index = this.#tabs.findIndex(({ dataset }) => dataset.view === this.#view);
    const tab = this.#tabs[(index + step + this.#tabs.length) % this.#tabs.length];
    this.#select(tab?.dataset.view as View);
    tab?.focus();
  }

  async #drop(event: DragEvent): Promise<void> {
    const [file] = event.dataTransfer?.files ?? [];
    if (file === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (file.size > MOST_FILE_BYTES) this.#tell(`${file.name} has more than 4 MiB.`);
    else this.#load(await file.text(), this.#release);
  }

  async #copyLink(): Promise<void> {
    if (await this.#writeLink()) await this.#copy(location.href, 'The link is copied.');
    else this.#tell('The manifest is too long for a link.');
  }

  async #copy(text: string, words: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    this.#tell(words);
  }

  #tell(words: string): void {
    const status = element('status');
    status.textContent = words;
    status.classList.remove('unseen');
    setTimeout(() => status.classList.add('unseen'), 2500);
  }

  #tellRelease(): void {
    const release = this.#release;
    const isNewest = release === STOPS.at(-1);
    element('release-name').textContent = isNewest ? `${release} (newest)` : release;
    this.#slider.setAttribute('aria-valuetext', `gVisor ${release}`);
    const change = this.#changes.find((each) => each.release === release);
    if (change === undefined) return;
    const count = change.lines.length ?? 0;
    const words = count === 0 ? 'Nothing of these pods changed at this release.' : change.lines[0];
    const more = count > 1 ? ` … and ${count - 1} more: see Releases.` : '';
    element('release-change').textContent =
      release === STOPS[0] ? 'The oldest release here.' : `${words}${more}`;
  }

  #select(view: View): void {
    this.#view = view;
    for (const tab of this.#tabs) {
      const isSelected = tab.dataset.view === view;
      tab.setAttribute('aria-selected', String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
    }
    this.#panel.setAttribute('aria-labelledby', `tab-${view}`);
    this.#panel.dataset.view = view;
    this.#panel.replaceChildren();
    this.#ask();
  }

  #show({ kind, result }: Reply): void {
    if (kind === 'history') {
      this.#changes = result as readonly Change[];
      this.#tellRelease();
    }
    if (kind === 'picture') this.#showMarks(result as Answer);
    if (kind !== this.#view) return;
    if (kind === 'picture') this.#showPicture(result as Answer);
    else if (kind === 'history') this.#showHistory();
    else this.#showPatch(result as Patch);
    this.#panel.dataset.shown = kind;
  }

  #showMarks({ marks }: Answer): void {
    this.#editor.mark(marks);
    element('marks').replaceChildren(...marks.slice(0, 50).map((mark) => this.#markItem(mark)));
  }

  #markItem({ line, code, severity, message, fix }: Mark): HTMLElement {
    const item = make('li', `finding ${severity}`);
    const go = make('button', 'go', `line ${line}`);
    go.type = 'button';
    go.addEventListener('click', () => this.#editor.goTo(line));
    item.append(
      go,
      ' ',
      make('strong', '', severity),
      ' ',
      make('code', '', code),
      make('p', 'said', message),
    );
    if (fix !== '') item.append(make('p', '', fix));
    return item;
  }

  #podSection({ title, starts, drawing, details, findings }: Answer['pods'][number]): HTMLElement {
    const pod = make('section', 'pod');
    pod.append(make('h2', '', title));
    if (!starts) pod.append(make('p', 'stops', '✕ The sandbox does not start.'));
    for (const finding of findings) pod.append(make('p', `change ${finding.severity}`, finding.message));
    // Every text in these is escaped where it is drawn, and the page's policy runs no script of theirs.
    const drawn = make('div', 'drawing');
    drawn.innerHTML = drawing;
    const shown = make('div', 'details');
    shown.innerHTML = details;
    for (const button of shown.querySelectorAll<HTMLButtonElement>('[data-copy]')) button.hidden = false;
    pod.append(drawn, shown);
    return pod;
  }

  #showPicture({ pods, furtherPods, error }: Answer): void {
    this.#shownPods = pods.map((pod, index) => {
      const of = JSON.stringify(pod);
      const shown = this.#shownPods[index];
      return shown?.of === of ? shown : { of, made: this.#podSection(pod) };
    });
    const parts: HTMLElement[] = this.#shownPods.map(({ made }) => made);
    if (furtherPods > 0) parts.push(make('p', 'quiet', `and ${furtherPods} more pods, which are not drawn`));
    if (error) parts.push(make('p', 'stops', error.message));
    if (parts.length === 0) parts.push(make('p', 'quiet', 'No pod in this text.'));
    this.#panel.replaceChildren(...parts);
    const ids = [...this.#panel.querySelectorAll('.detail')].map(({ id }) => id);
    const isThere = this.#chosen !== undefined && ids.includes(this.#chosen);
    this.#choose(isThere ? this.#chosen : ids[0]);
  }

  /** Shows the details of one volume, below the picture that it is in. */
  #choose(id: string | undefined): void {
    if (id === undefined) return;
    this.#chosen = id;
    for (const each of this.#panel.querySelectorAll('.detail'))
      each.classList.toggle('chosen', each.id === id);
    for (const each of this.#panel.querySelectorAll('.picture a')) {
      each.classList.toggle('chosen', each.getAttribute('href') === `#${id}`);
    }
  }

  #showHistory(): void {
    const list = make('ol', 'history');
    for (const { release, lines } of [...this.#changes].reverse()) {
      const item = make('li', release === this.#release ? 'now' : '');
      const go = make('button', 'go', release);
      go.type = 'button';
      go.addEventListener('click', () => {
        this.#slider.value = String(STOPS.indexOf(release));
        this.#slider.dispatchEvent(new Event('input'));
      });
      item.append(go);
      const words = release === STOPS[0] ? ['the oldest release here'] : lines.slice(0, 40);
      if (words.length === 0) item.append(make('p', 'quiet', 'nothing of these pods changed'));
      for (const line of words) item.append(make('p', '', line));
      list.append(item);
    }
    this.#panel.replaceChildren(list);
  }

  #showPatch({ text, note }: Patch): void {
    if (text === '') {
      this.#panel.replaceChildren(make('p', 'quiet', note));
      return;
    }
    const block = make('pre', 'patch');
    block.tabIndex = 0;
    for (const line of text.split('\n')) {
      const kind =
        this.#view === 'policy' ? '' : ({ '+': 'added', '-': 'removed', '@': 'place' }[line[0] ?? ''] ?? '');
      block.append(make('span', kind, `${line}\n`));
    }
    const copy = make('button', '', 'Copy');
    copy.type = 'button';
    copy.addEventListener('click', () => this.#copy(text, 'Copied.'));
    this.#panel.replaceChildren(copy, block);
  }
}

function adoptStyle(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${colourVariables(':root')}\n${pictureStyle}\n${detailStyle}`);
  document.adoptedStyleSheets = [sheet];
}

adoptStyle();
void new Playground().start();
