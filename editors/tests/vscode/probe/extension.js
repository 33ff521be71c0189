// Runs within the editor: asks its API for what a person would be shown, and writes the answers as JSON.

const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

const OUTPUT = process.env.TAMIS_PROBE_OUTPUT;
const PATIENCE = 30000;

async function until(what, ready) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await ready();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ask = (name, ...values) => vscode.commands.executeCommand(`vscode.${name}`, ...values);
const plain = (content) => (typeof content === 'string' ? content : content.value);

async function probe(answers) {
  const folder = vscode.workspace.workspaceFolders[0].uri;
  const uri = vscode.Uri.joinPath(folder, 'probe.tamis');
  fs.copyFileSync(path.join(folder.fsPath, 'rules.tamis'), uri.fsPath);
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  const whole = () => new vscode.Range(0, 0, document.lineCount, 0);
  const after = (text) => document.positionAt(document.getText().indexOf(text) + text.length);
  const insert = (text) => editor.edit((edit) => edit.insert(document.lineAt(document.lineCount - 1).range.end, text));
  const completed = async (text) => {
    await insert(text);
    const list = await ask('executeCompletionItemProvider', uri, document.lineAt(document.lineCount - 1).range.end);
    return list.items.map((it) => ({
      label: it.label.label ?? it.label,
      description: it.label.description ?? '',
      replaces: it.range ? document.getText(it.range.replacing ?? it.range) : '',
    }));
  };

  const diagnostics = () => vscode.languages.getDiagnostics(uri).filter((it) => it.severity === 0);
  const [unknown] = await until('a diagnostic', () => diagnostics().length > 0 && diagnostics());
  answers.diagnostic = { message: unknown.message, code: String(unknown.code?.value ?? unknown.code), text: document.getText(unknown.range) };

  const hovers = await ask('executeHoverProvider', uri, after('bursts = http.resp'));
  answers.hover = hovers.flatMap((it) => it.contents.map(plain)).join('\n');
  answers.lenses = (await until('a lens', async () => {
    const lenses = await ask('executeCodeLensProvider', uri);
    return lenses.length > 0 && lenses;
  })).map((it) => it.command.title);
  answers.inlays = (await ask('executeInlayHintProvider', uri, whole())).map((it) => it.label);
  answers.outline = (await ask('executeDocumentSymbolProvider', uri)).map((it) => it.name);
  answers.folds = (await ask('executeFoldingRangeProvider', uri)).length;
  const tokens = await ask('provideDocumentSemanticTokens', uri);
  answers.tokens = tokens.data.length / 5;

  const actions = await ask('executeCodeActionProvider', uri, unknown.range);
  answers.actions = actions.map((it) => it.title);
  const fix = actions.find((it) => it.kind?.value.startsWith('quickfix'));
  if (fix.edit) await vscode.workspace.applyEdit(fix.edit);
  await until('the end of the diagnostic', () => diagnostics().length === 0);
  answers.fixed = document.lineAt(unknown.range.start.line).text;

  const renamed = await ask('executeDocumentRenameProvider', uri, after('let in'), 'private');
  await vscode.workspace.applyEdit(renamed);
  answers.renamed = document.getText().split('\n').filter((line) => line.includes('private'));

  const edits = await ask('executeFormatDocumentProvider', uri, { tabSize: 2, insertSpaces: true });
  const change = new vscode.WorkspaceEdit();
  change.set(uri, edits);
  await vscode.workspace.applyEdit(change);
  answers.formatted = document.getText().split('\n').find((line) => line.startsWith('rule slow'));

  answers.field = (await completed('\nrule new = http.resp')).slice(0, 5);
  await editor.edit((edit) => edit.replace(document.lineAt(document.lineCount - 1).range, 'rule new = http.response.status_code '));
  answers.operator = (await completed('')).map((it) => it.label);
  answers.value = (await completed('== ')).slice(0, 12);
  const signatures = await completed('503 && len(').then(() =>
    ask('executeSignatureHelpProvider', uri, document.lineAt(document.lineCount - 1).range.end, '('),
  );
  answers.signature = signatures?.signatures[0]?.label;
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');

  fs.unlinkSync(uri.fsPath);
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(folder, 'rules.tamis'));
  answers.embedded = await embedded(folder);
}

/** What the server says of rules within documents, and of documents without any. */
async function embedded(folder) {
  const open = async (name, text) => {
    const uri = vscode.Uri.joinPath(folder, name);
    fs.writeFileSync(uri.fsPath, text);
    const document = await vscode.workspace.openTextDocument(uri);
    return { uri, document, editor: await vscode.window.showTextDocument(document, { preview: false }) };
  };
  const close = async ({ uri }) => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    fs.unlinkSync(uri.fsPath);
  };
  /** The labels that are offered behind a piece of a text. */
  const offered = async ({ uri, document }, piece) => {
    const place = document.positionAt(document.getText().indexOf(piece) + piece.length);
    const list = await ask('executeCompletionItemProvider', uri, place);
    return list.items.map((it) => it.label.label ?? it.label);
  };
  const hovered = async ({ uri, document }, piece) => {
    const hovers = await ask('executeHoverProvider', uri, document.positionAt(document.getText().indexOf(piece)));
    return hovers.flatMap((it) => it.contents.map(plain)).join('\n');
  };
  const found = {};

  const session = vscode.Uri.joinPath(folder, 'session.yaml');
  found.hover = await hovered({ uri: session, document: await vscode.workspace.openTextDocument(session) }, 'status_code');

  const yaml = await open('probe.yaml', 'name: a\n');
  const before = await offered(yaml, 'name: a');
  found.others = [before.includes('http.response.status_code'), await hovered(yaml, 'name')];
  await yaml.editor.edit((edit) => edit.insert(new vscode.Position(1, 0), 'sampling_rule: \n'));
  found.empty = (await offered(yaml, 'sampling_rule: ')).slice(0, 400);
  await yaml.editor.edit((edit) => edit.insert(new vscode.Position(1, 15), 'http.respons.status_code == 503 && '));
  const errors = () => vscode.languages.getDiagnostics(yaml.uri).map((it) => yaml.document.getText(it.range));
  found.diagnostics = await until('a diagnostic in YAML', () => errors().length > 0 && errors());
  found.behind = await offered(yaml, '503 && ');
  await close(yaml);

  const json = await open('probe.json', '{ "sampling_rule": "" }\n');
  found.json = await offered(json, '"sampling_rule": "');
  await close(json);

  const kong = await open('kong.yaml', "_format_version: '3.0'\nroutes:\n- name: a\n  expression: \n");
  found.router = await offered(kong, 'expression: ');
  const layouts = await ask('executeFormatDocumentProvider', kong.uri, { tabSize: 2, insertSpaces: true });
  found.layouts = layouts?.length ?? 0;
  await close(kong);

  await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(folder, 'rules.tamis'));
  return found;
}

async function activate() {
  if (!OUTPUT) return;
  const answers = {};
  try {
    await probe(answers);
  } catch (error) {
    answers.error = error.stack ?? String(error);
  }
  fs.writeFileSync(`${OUTPUT}.part`, JSON.stringify(answers, null, 2));
  fs.renameSync(`${OUTPUT}.part`, OUTPUT);
}

module.exports = { activate };
