// VS Code with the packaged extension: code-server in headless Chromium.
//
// First the probe extension asks the editor's own API; then the page is used as a person would, and what it shows is
// read. Arguments: the folder where the tools are installed, the packaged extension, the command `tamis`, a
// folder to work in, and a folder for screenshots.

import { spawn, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';

const [tools, vsix, tamis, work, shots] = process.argv.slice(2).map((it) => path.resolve(it));
const here = path.dirname(fileURLToPath(import.meta.url));
const { chromium } = createRequire(path.join(tools, 'npm/package.json'))('playwright-core');
const entry = path.join(tools, 'code-server/node_modules/code-server/out/node/entry.js');
const PATIENCE = 60000;

const folder = path.join(work, 'workspace');
const settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.tips.enabled': false,
  'editor.fontSize': 14,
  'editor.minimap.enabled': false,
  'chat.commandCenter.enabled': false,
  'tamis.server.path': tamis,
  'tamis.traffic': ['requests.jsonl'],
};

function prepare() {
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(path.join(work, 'data/User'), { recursive: true });
  fs.mkdirSync(shots, { recursive: true });
  fs.cpSync(path.join(here, '../workspace'), folder, { recursive: true });
  fs.writeFileSync(path.join(work, 'data/User/settings.json'), JSON.stringify(settings));
  fs.writeFileSync(path.join(work, 'config.yaml'), 'auth: none\n');
  const extensions = path.join(work, 'extensions');
  fs.mkdirSync(extensions);
  // Installed first: a folder beside an existing list of extensions would be overlooked.
  execFileSync('node', [entry, ...common(), '--install-extension', vsix], { stdio: 'pipe' });
  const list = path.join(extensions, 'extensions.json');
  const probe = path.join(extensions, 'tamis.tamis-probe-0.0.1');
  fs.cpSync(path.join(here, 'probe'), probe, { recursive: true });
  const entries = JSON.parse(fs.readFileSync(list, 'utf8'));
  const location = { $mid: 1, path: probe, scheme: 'file' };
  entries.push({ identifier: { id: 'tamis.tamis-probe' }, version: '0.0.1', location, relativeLocation: path.basename(probe) });
  fs.writeFileSync(list, JSON.stringify(entries));
}

function common() {
  return [
    '--config', path.join(work, 'config.yaml'), '--user-data-dir', path.join(work, 'data'),
    '--extensions-dir', path.join(work, 'extensions'),
  ];
}

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function until(what, ready) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await ready().catch(() => false);
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function checkProbe(answers) {
  assert.equal(answers.error, undefined);
  const includes = (text, part) => assert.ok(text?.includes(part), `${JSON.stringify(text)} lacks ${JSON.stringify(part)}`);
  includes(answers.diagnostic.message, '`http.respons.status_code` is not a known field');
  assert.equal(answers.diagnostic.text, 'http.respons.status_code');
  includes(answers.hover, 'http.response.status_code');
  includes(answers.lenses[0], 'matches 2 of 4 recorded requests');
  includes(answers.inlays.join('\n'), 'Service Unavailable');
  assert.deepEqual(answers.outline, ['bursts', 'slow', 'typo', 'inner', 'outside']);
  assert.ok(answers.tokens > 20, `${answers.tokens} semantic tokens`);
  includes(answers.fixed, 'rule typo = http.response.status_code == 401');
  assert.deepEqual(answers.renamed, [
    'let private = [10.0.0.0/8, 192.168.0.0/16]',
    'rule outside = client.address not in private && http.request.method == "PUT"',
  ]);
  assert.equal(answers.formatted, 'rule slow = proxy.kong.latency.total > 250ms');
  const field = answers.field.find((it) => it.label === 'http.response.status_code');
  assert.equal(field?.replaces, 'http.resp');
  assert.ok(answers.operator.includes('=='), answers.operator.join());
  assert.ok(!answers.operator.includes('contains'), 'a number is offered `contains`');
  const value = answers.value.find((it) => it.label === '503');
  includes(value?.description, 'Service Unavailable');
  includes(answers.signature, 'len');
  checkEmbedded(answers.embedded, includes);
}

/** Rules within YAML and JSON, and other documents of these languages. */
function checkEmbedded(found, includes) {
  includes(found.hover, 'http.response.status_code');
  assert.deepEqual(found.others, [false, ''], 'a document without rules is left alone');
  assert.ok(found.empty.includes('http.response.status_code'), `an empty rule is offered ${found.empty.slice(0, 9)}`);
  assert.deepEqual(found.diagnostics.slice(0, 1), ['http.respons.status_code']);
  assert.ok(found.behind.includes('http.request.method'), `behind a blank is offered ${found.behind.slice(0, 9)}`);
  assert.ok(found.json.includes('http.response.status_code'), `in JSON is offered ${found.json.slice(0, 9)}`);
  assert.ok(found.router.includes('http.path'), `in a route is offered ${found.router.slice(0, 9)}`);
  assert.equal(found.layouts, 0, 'the layout of YAML is not ours');
}

/** What a person sees on the page. */
async function checkPage(page) {
  const texts = (selector) => page.$$eval(selector, (found) => found.map((it) => it.textContent.replaceAll('\u00a0', ' ')));
  const shown = (what, selector, part) =>
    until(`${what} with "${part}"`, async () => (await texts(selector)).find((it) => it.includes(part)));
  const shot = (name) => page.screenshot({ path: path.join(shots, `${name}.png`) });
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  await page.getByRole('tab', { name: 'rules.tamis' }).first().click();
  await page.waitForSelector('.squiggly-error', { timeout: PATIENCE });
  await shown('the lens', '.codelens-decoration', 'matches 2 of 4 recorded requests');
  await shown('the inlay hint', '.view-line', 'Service Unavailable');
  await page.getByText('http.response.status_code').first().hover();
  await shown('the hover', '.monaco-hover .hover-contents', 'http.response.status_code');
  await shot('hover');
  await press('Escape', 'Control+Shift+M');
  await shown('the list of problems', '.markers-panel .monaco-list-row', 'is not a known field');
  await shot('problems');
  await press('Control+J', 'Control+End', 'Enter');

  await page.keyboard.type('rule third = http.resp', { delay: 20 });
  await shown('the field', '.suggest-widget.visible .monaco-list-row', 'http.response.status_code');
  await shot('completion-field');
  await until('the field is chosen', () => choose(page, 'http.response.status_code'));
  await shown('the accepted field', '.view-line', 'rule third = http.response.status_code ');
  await shown('the operator', '.suggest-widget.visible .monaco-list-row', '==');
  await shot('completion-operator');
  await page.keyboard.type('== ', { delay: 20 });
  await shown('the value', '.suggest-widget.visible .monaco-list-row', 'Service Unavailable');
  await shot('completion-value');
  await page.keyboard.type('503', { delay: 20 });
  await press('Escape');
  await shown('the new lens', '.codelens-decoration', 'matches 2 of 4 recorded requests');

  const broken = page.locator('.view-line', { hasText: 'http.respons.status_code' });
  await broken.click({ position: { x: 140, y: 8 } });
  await press('Control+.');
  await shown('the quick fix', '.action-widget .monaco-list-row', 'http.response.status_code');
  await shot('quick-fix');
  await press('Enter');
  await shown('the fixed rule', '.view-line', 'rule typo = http.response.status_code == 401');

  const lens = page.locator('.codelens-decoration a', { hasText: 'matches 2 of 4' }).first();
  await lens.click();
  await shown('the matching requests', '.quick-input-list .monaco-list-row', '/v1/orders');
  await shot('lens');
  await press('Escape', 'F1');
  await page.keyboard.type('Test: Run All Tests');
  await press('Enter');
  await page.waitForTimeout(1500);
  await press('F1');
  await page.keyboard.type('Testing: Focus on Test Explorer View');
  await press('Enter');
  await shown('the rules as tests', '.test-explorer .monaco-list-row', 'rules.tamis');
  await page.locator('.test-explorer .monaco-list-row', { hasText: 'rules.tamis' }).click();
  await press('ArrowRight');
  await shown('a rule as a test', '.test-explorer .monaco-list-row', 'bursts');
  await shot('tests');
}

/** Accepts a suggestion by its label, from wherever the list stands. */
async function choose(page, label) {
  const focused = await page.$eval('.suggest-widget.visible .monaco-list-row.focused', (row) => row.getAttribute('aria-label'));
  if (focused.startsWith(label)) {
    await page.keyboard.press('Enter');
    return true;
  }
  await page.keyboard.press('ArrowDown');
  return false;
}

prepare();
const port = await freePort();
const output = path.join(work, 'probe.json');
const server = spawn(
  'node',
  [
    entry, ...common(), '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check',
    '--disable-workspace-trust', '--disable-getting-started-override', folder,
  ],
  { env: { ...process.env, TAMIS_PROBE_OUTPUT: output }, stdio: ['ignore', fs.openSync(path.join(work, 'server.log'), 'w'), 'inherit'] },
);
let browser;
try {
  await until('code-server', async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
  const page = await browser.newPage({ viewport: { width: 1100, height: 640 } });
  await page.goto(`http://127.0.0.1:${port}/?folder=${folder}`);
  try {
    const answers = await until('the answers of the probe', async () => JSON.parse(fs.readFileSync(output, 'utf8')));
    checkProbe(answers);
    await checkPage(page);
  } catch (error) {
    await page.screenshot({ path: path.join(work, 'failed.png') });
    throw error;
  }
} finally {
  await browser?.close();
  server.kill();
}
