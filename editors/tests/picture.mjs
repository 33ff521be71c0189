// A picture of a screen that `tmux capture-pane -e` kept: `picture.mjs TOOLS SCREEN.ansi PICTURE.png`.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [tools, screen, picture] = process.argv.slice(2).map((it) => path.resolve(it));
const { chromium } = createRequire(path.join(tools, 'package.json'))('playwright-core');

const BASIC = ['#1e1e1e', '#f14c4c', '#23d18b', '#e5c07b', '#3b8eea', '#c678dd', '#29b8db', '#d4d4d4'];
const BRIGHT = ['#7f848e', '#f47067', '#57ab5a', '#f0d399', '#6cb6ff', '#dcbdfb', '#76e3ea', '#ffffff'];
const PLAIN = { fg: '#d4d4d4', bg: '#1e1e1e', bold: false, italic: false, underline: false, reverse: false };

/** The colour number so-and-so of the 256. */
function indexed(n) {
  if (n < 8) return BASIC[n];
  if (n < 16) return BRIGHT[n - 8];
  const grey = 8 + 10 * (n - 232);
  if (n >= 232) return `rgb(${grey},${grey},${grey})`;
  const part = (k) => [0, 95, 135, 175, 215, 255][Math.floor((n - 16) / k) % 6];
  return `rgb(${part(36)},${part(6)},${part(1)})`;
}

/** The style after the numbers of one escape sequence. */
function styled(style, numbers) {
  const next = { ...style };
  for (let at = 0; at < numbers.length; at++) {
    const n = numbers[at];
    const extended = () => {
      if (numbers[at + 1] === 2) return `rgb(${numbers.slice(at + 2, (at += 4) + 1).join()})`;
      return indexed(numbers[(at += 2)]);
    };
    if (n === 0) Object.assign(next, PLAIN);
    else if (n === 1) next.bold = true;
    else if (n === 3) next.italic = true;
    else if (n === 4) next.underline = true;
    else if (n === 7) next.reverse = true;
    else if (n === 22) next.bold = false;
    else if (n === 23) next.italic = false;
    else if (n === 24) next.underline = false;
    else if (n === 27) next.reverse = false;
    else if (n >= 30 && n < 38) next.fg = BASIC[n - 30];
    else if (n === 38) next.fg = extended();
    else if (n === 39) next.fg = PLAIN.fg;
    else if (n >= 40 && n < 48) next.bg = BASIC[n - 40];
    else if (n === 48) next.bg = extended();
    else if (n === 49) next.bg = PLAIN.bg;
    else if (n >= 90 && n < 98) next.fg = BRIGHT[n - 90];
    else if (n >= 100 && n < 108) next.bg = BRIGHT[n - 100];
  }
  return next;
}

function html(text) {
  const escaped = (part) => part.replace(/[&<>]/g, (it) => `&#${it.codePointAt(0)};`);
  let style = PLAIN;
  let out = '';
  for (const part of text.split(/(\u001b\[[0-9;:]*m)/)) {
    const escape = /^\u001b\[([0-9;:]*)m$/.exec(part);
    if (escape) {
      style = styled(style, escape[1].replace(/4:[0-9]/, '4').split(/[;:]/).map(Number));
      continue;
    }
    const [fg, bg] = style.reverse ? [style.bg, style.fg] : [style.fg, style.bg];
    const css = [
      `color:${fg}`, `background:${bg}`, style.bold && 'font-weight:bold', style.italic && 'font-style:italic',
      style.underline && 'text-decoration:underline',
    ];
    out += `<span style="${css.filter(Boolean).join(';')}">${escaped(part)}</span>`;
  }
  return out;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 700 } });
const css = `margin:0;padding:10px;display:inline-block;background:${PLAIN.bg};font:14px/18px 'DejaVu Sans Mono',monospace`;
const lines = fs.readFileSync(screen, 'utf8').replace(/\u001b[()][A-Z0-9]/g, '').trimEnd();
await page.setContent(`<body style="margin:0"><pre style="${css}">${html(lines)}</pre></body>`);
await page.locator('pre').screenshot({ path: picture });
await browser.close();
