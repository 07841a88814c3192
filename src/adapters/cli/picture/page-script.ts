/**
 * What the page does beyond showing: choose a volume, copy its annotations, filter the pods. Plain script of any
 * browser of the last years; nothing of a manifest is ever in it.
 */
export const pageScript = `
(() => {
  const root = document.documentElement;
  root.classList.add('scripted');
  const all = (selector, at = document) => [...at.querySelectorAll(selector)];
  const choose = (pod, id) => {
    for (const each of all('.detail', pod)) each.classList.toggle('chosen', each.id === id);
    for (const each of all('.picture a', pod)) each.classList.toggle('chosen', each.getAttribute('href') === '#' + id);
  };
  for (const pod of all('.pod')) {
    let pinned = all('.detail', pod)[0]?.id;
    if (pinned) choose(pod, pinned);
    for (const link of all('.picture a', pod)) {
      const id = link.getAttribute('href').slice(1);
      link.addEventListener('mouseenter', () => choose(pod, id));
      link.addEventListener('focus', () => choose(pod, (pinned = id)));
      link.addEventListener('click', (event) => {
        event.preventDefault();
        choose(pod, (pinned = id));
        const detail = document.getElementById(id);
        detail.focus({ preventScroll: true });
        detail.scrollIntoView({ block: 'nearest' });
      });
    }
    pod.querySelector('.drawing').addEventListener('mouseleave', () => pinned && choose(pod, pinned));
  }
  const copied = document.getElementById('copied');
  for (const button of all('[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch {
        getSelection().selectAllChildren(source);
        document.execCommand('copy');
      }
      copied.textContent = 'Copied.';
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 1500);
    });
  }
  const scheme = document.getElementById('scheme');
  scheme.hidden = false;
  scheme.addEventListener('click', () => {
    const isDark = root.dataset.scheme ? root.dataset.scheme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.scheme = isDark ? 'light' : 'dark';
  });
  const find = document.getElementById('find');
  if (!find) return;
  const show = document.getElementById('show');
  const rows = all('.index li');
  const filter = () => {
    const words = find.value.toLowerCase();
    let count = 0;
    for (const row of rows) {
      const state = row.dataset.state;
      const fits = show.value === 'all' || state === 'error' || (show.value === 'found' && state === 'warning');
      const isShown = fits && row.textContent.toLowerCase().includes(words);
      row.hidden = !isShown;
      document.getElementById(row.dataset.pod).hidden = !isShown;
      if (isShown) count++;
    }
    document.getElementById('count').textContent = count + ' of ' + rows.length;
  };
  find.addEventListener('input', filter);
  show.addEventListener('change', filter);
  filter();
})();
`.trim();
