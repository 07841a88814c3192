import type { PictureAnnotation, PictureVolume } from '../../../domain/picture/picture.ts';
import { factsOf, markOf } from './draw-svg.ts';
import { markup } from './markup.ts';

/** Annotations as lines of YAML; all values are texts. */
function annotationLines(annotations: readonly PictureAnnotation[]): string {
  return annotations.map(({ key, value }) => `${key}: ${JSON.stringify(value)}`).join('\n');
}

function writtenHints(annotations: readonly PictureAnnotation[]): string {
  if (annotations.length === 0) return '<p class="quiet">No annotation is about it.</p>';
  const items = annotations.map(
    ({ key, value, line }) =>
      `<li><span class="line">line ${line}</span> <code>${markup(key)}: ${markup(value)}</code></li>`,
  );
  return `<ul class="written">${items.join('')}</ul>`;
}

/** All that there is to say about a volume, as a piece of a page. */
export function drawDetails(volume: PictureVolume, prefix: string): string {
  const id = `${prefix}${volume.id}`;
  const { mark, tone } = markOf(volume.change);
  const change = `<p class="change ${tone}"><span aria-hidden="true">${mark}</span> ${markup(volume.change.text)}</p>`;
  const findings = volume.findings.map(
    ({ severity, code, message, fix, line }) =>
      `<li class="finding ${severity}"><strong>${severity}</strong> line ${line}: ${markup(message)} <code>${markup(code)}</code><p>${markup(fix)}</p></li>`,
  );
  const fixed =
    volume.fixed.length === 0
      ? ''
      : `<h4>Write</h4><div class="copy"><pre tabindex="0" id="${id}-fixed">${markupLines(annotationLines(volume.fixed))}</pre><button type="button" data-copy="${id}-fixed" hidden>Copy</button></div>`;
  return `<article id="${id}" class="detail k-${volume.kept}" tabindex="-1" aria-labelledby="${id}-name">
<h3 id="${id}-name">${markup(volume.name)} <span class="word">${markup(volume.keptIn)}</span></h3>
<p>${markup(volume.keptHow)}; ${markup(volume.sharing)}.</p><p class="quiet">${markup(factsOf(volume))}</p>
${findings.length === 0 ? change : `<ul class="findings">${findings.join('')}</ul>`}${fixed}
<h4>Why</h4><ol class="why">${volume.why.map((each) => `<li>${markup(each)}</li>`).join('')}</ol>
<h4>Annotations</h4>${writtenHints(volume.annotations)}
</article>`;
}

/** Several lines, each safe. */
function markupLines(text: string): string {
  return text.split('\n').map(markup).join('\n');
}
