// What the page does once it is there.
import { drawCharts } from './charts.js';
import { span } from './figures.js';

/** @typedef {import('uplot')} Plot */

/** @type {import('../../report.ts').Report} */
const report = JSON.parse(document.getElementById('report')?.textContent ?? '');
const plots = drawCharts(report, (lengthS) => {
  const place = document.getElementById('stretch');
  if (place) place.textContent = `A point stands for ${span(lengthS * 1_000).replace('.0 ', ' ')}.`;
});
document.documentElement.classList.add('drawn');

for (const plot of plots) nameParts(plot);
followLight();
followPaper();
offerWholeRun();
offerFile();
tellLocalTime();

/**
 * Names what uPlot made for those who cannot see it, and lets the keyboard hide and show lines as the mouse does.
 * @param {Plot} plot
 */
function nameParts(plot) {
  const canvas = plot.root.querySelector('canvas');
  canvas?.setAttribute('role', 'img');
  canvas?.setAttribute('aria-label', plot.root.parentElement?.dataset['label'] ?? '');
  plot.root.querySelectorAll('.u-series:not(:first-child) th').forEach((head, i) => {
    const button = head.querySelector('.u-label');
    if (!(button instanceof HTMLElement)) return;
    button.tabIndex = 0;
    button.role = 'button';
    button.title = 'Hides or shows this line';
    const tell = () => button.setAttribute('aria-pressed', String(plot.series[i + 1]?.show ?? true));
    head.addEventListener('click', tell);
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      button.click();
    });
    tell();
  });
}

/** Draws again in other colours when day turns into night. */
function followLight() {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const plot of plots) plot.redraw(false);
  });
}

/** On paper everything is light, and as wide as a sheet. */
function followPaper() {
  const sheet = 680;
  addEventListener('beforeprint', () => {
    document.documentElement.dataset['light'] = 'paper';
    for (const plot of plots) plot.setSize({ width: Math.min(sheet, plot.width), height: plot.height });
  });
  addEventListener('afterprint', () => {
    delete document.documentElement.dataset['light'];
    for (const plot of plots)
      plot.setSize({ width: plot.root.parentElement?.clientWidth ?? plot.width, height: plot.height });
  });
}

/** A button that shows the whole run again, there while only a part is shown. */
function offerWholeRun() {
  const button = document.getElementById('whole-run');
  const [first] = plots;
  if (!button || !first) return;
  const times = first.data[0];
  const whole = { min: times[0] ?? 0, max: times[times.length - 1] ?? 1 };
  const show = (/** @type {Plot} */ plot) => {
    const { min = 0, max = 0 } = plot.scales['x'] ?? {};
    button.hidden = min <= whole.min && max >= whole.max;
  };
  first.hooks.setScale = [...(first.hooks.setScale ?? []), show];
  button.addEventListener('click', () => {
    for (const plot of plots) plot.setScale('x', whole);
  });
}

/** The report as a file, made of what is in the page. */
function offerFile() {
  const link = document.getElementById('report-file');
  if (!(link instanceof HTMLAnchorElement)) return;
  link.hidden = false;
  link.addEventListener('click', () => {
    const file = new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' });
    link.href = URL.createObjectURL(file);
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
}

/** When it was, where the reader is. */
function tellLocalTime() {
  for (const place of document.querySelectorAll('[data-local]')) {
    const at = new Date(report.startedAt);
    place.textContent = `${at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'long' })}, your time`;
  }
}
