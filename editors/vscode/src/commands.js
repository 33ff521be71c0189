// Commands that show what the command line prints, in a text beside the rules.

const { execFile } = require('node:child_process');
const path = require('node:path');
const vscode = require('vscode');

const SCHEME = 'tamis-output';

/** Runs `tamis` with some arguments and a text on its standard input. */
function run(args, input) {
  const settings = vscode.workspace.getConfiguration('tamis');
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const started = { cwd: folder, maxBuffer: 1 << 26 };
  return new Promise((resolve, reject) => {
    const child = execFile(settings.get('server.path', 'tamis'), [...args, '--color', 'never'], started, (error, out, err) =>
      error && !out && !err ? reject(error) : resolve({ out, err, succeeded: !error }),
    );
    child.stdin?.end(input);
  });
}

/** The options that say how a rule is read. */
function reading() {
  const settings = vscode.workspace.getConfiguration('tamis');
  return ['--catalog', settings.get('catalog', 'kong'), '--edition', settings.get('edition', 'tamis')];
}

/** The text of the rules in the active editor: what is selected, or all of it. */
function rules() {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'tamis') throw new Error('open a file of rules first');
  return editor.selection.isEmpty ? editor.document.getText() : editor.document.getText(editor.selection);
}

function registerCommands() {
  const texts = new Map();
  const changed = new vscode.EventEmitter();
  const provider = {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  };

  const show = async (title, text, language) => {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}` });
    texts.set(uri.toString(), text);
    changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    if (language) await vscode.languages.setTextDocumentLanguage(document, language);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
  };
  /** A command that prints; what it says of mistakes is shown where it prints nothing. */
  const printed = (title, args, language) => async () => {
    const input = rules();
    const { out, err } = await run(args(), input);
    await show(title, out || err, language);
  };
  const command = (name, task) =>
    vscode.commands.registerCommand(name, (...values) =>
      task(...values).catch((error) => vscode.window.showErrorMessage(`Tamis: ${error.message}`)),
    );

  const explain = async (code) => {
    const wanted = code ?? (await vscode.window.showInputBox({ prompt: 'The code of a diagnostic', placeHolder: 'T301' }));
    if (!wanted) return;
    const { out, err, succeeded } = await run(['explain', wanted], '');
    if (!succeeded) throw new Error(err.trim());
    await show(`${wanted}.md`, out, 'markdown');
  };
  const replay = async () => {
    const traffic = vscode.workspace.getConfiguration('tamis').get('traffic', []);
    if (traffic.length === 0) throw new Error('name a recording in the setting `tamis.traffic`');
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== 'tamis') throw new Error('open a file of rules first');
    await editor.document.save();
    const { out, err } = await run(['replay', ...reading(), '--rules', editor.document.fileName, ...traffic], '');
    await show(`${path.basename(editor.document.fileName)}.replay`, out || err);
  };
  return [
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, provider),
    command('tamis.explainCode', explain),
    command('tamis.showReplay', replay),
    command('tamis.showPhases', printed('phases.txt', () => ['check', '--phases', ...reading(), '-'])),
    command('tamis.showBytecode', printed('program.txt', () => ['disasm', ...reading(), '-'])),
    command(
      'tamis.convertToAtc',
      printed('expression.txt', () => ['convert', ...reading().slice(0, 2), '--from', 'tamis', '--to', 'atc', '-']),
    ),
  ];
}

module.exports = { registerCommands };
