// The extension: it starts `tamis lsp`, shows what commands answer, and lists rules as tests.
//
// Nothing about the language is decided here.

const vscode = require('vscode');
const { LanguageClient, State } = require('vscode-languageclient/node');
const { registerCommands } = require('./commands');
const { HOSTS, holdsRules, hosts } = require('./hosts');
const { registerTests } = require('./tests');

/** The command behind the line above a rule; the server answers with the requests that the rule would have caught. */
const MATCHES = 'tamis.matches';

/** What changes the layout: of YAML and JSON that is the concern of others. */
const LAYOUT = ['textDocument/formatting', 'textDocument/rangeFormatting', 'textDocument/onTypeFormatting'];

const OWN = [{ language: 'tamis' }];

/** @type {LanguageClient | undefined} */
let client;

async function activate(context) {
  const log = vscode.window.createOutputChannel('Tamis', { log: true });
  context.subscriptions.push(log);
  const start = async () => {
    client = newClient(log);
    try {
      await client.start();
    } catch (error) {
      await complain(error);
    }
  };
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    vscode.commands.registerCommand('tamis.restartServer', restart),
    vscode.commands.registerCommand('tamis.showLog', () => log.show()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (client && event.affectsConfiguration('tamis.server')) void restart();
    }),
    ...registerCommands(),
    ...registerTests(() => client),
    ...registerHosts(),
  );
  await whenWanted(context, start);
  return { isRunning: () => client?.state === State.Running };
}

/** Starts the server with the first text that holds rules, or at once where the workspace has files of them. */
async function whenWanted(context, start) {
  const isWanted = (document) => document.languageId === 'tamis' || holdsRules(document);
  const files = await vscode.workspace.findFiles('**/*.tamis', undefined, 1);
  if (files.length > 0 || vscode.workspace.textDocuments.some(isWanted)) return start();
  const listeners = [];
  const look = (document) => {
    if (listeners.length === 0 || !isWanted(document)) return;
    for (const listener of listeners.splice(0)) listener.dispose();
    void start();
  };
  listeners.push(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument((event) => look(event.document)),
  );
  context.subscriptions.push({ dispose: () => listeners.splice(0).forEach((it) => it.dispose()) });
}

function newClient(log) {
  const settings = vscode.workspace.getConfiguration('tamis.server');
  const server = { command: settings.get('path', 'tamis'), args: settings.get('arguments', ['lsp']) };
  const created = new LanguageClient('tamis', 'Tamis', server, {
    documentSelector: [...OWN, ...HOSTS],
    synchronize: { configurationSection: 'tamis' },
    initializationOptions: vscode.workspace.getConfiguration('tamis'),
    outputChannel: log,
    middleware: { ...hosts(() => created), executeCommand: execute, provideCompletionItem: complete },
  });
  for (const method of LAYOUT) {
    const feature = created.getFeature(method);
    const initialize = feature.initialize.bind(feature);
    feature.initialize = (capabilities) => initialize(capabilities, OWN);
  }
  return created;
}

/** What stands before the first word of a condition. */
const BEFORE_CONDITION = /(?:^|\b(?:rule|let)\s+\w+\s*=|&&|\|\||\b(?:and|or|not))[\s!(]*$/;

/**
 * Behind an accepted operator, and behind a field with which a condition begins, stands a blank, and what may follow is
 * offered at once; so are the keys of a family. A bool field is a condition by itself.
 */
async function complete(document, position, context, token, next) {
  const offered = await next(document, position, context, token);
  const isFollowed = /^\s/.test(document.getText(new vscode.Range(position, position.translate(0, 1))));
  const { Field, Module, Operator } = vscode.CompletionItemKind;
  const begins = (item) => {
    const start = (item.range?.replacing ?? item.range)?.start ?? position;
    return BEFORE_CONDITION.test(document.lineAt(start.line).text.slice(0, start.character));
  };
  const isBool = (item) => String(item.label.description ?? '').startsWith('bool');
  for (const item of Array.isArray(offered) ? offered : (offered?.items ?? [])) {
    // Whoever types the bracket of a set does not want a second one.
    if (item.filterText === '[') item.filterText = 'set';
    if (typeof item.insertText !== 'string') continue;
    const goesOn = item.kind === Operator || (item.kind === Field && !isBool(item) && begins(item));
    if (goesOn && !isFollowed) item.insertText += ' ';
    else if (item.kind !== Module) continue;
    item.command = { command: 'editor.action.triggerSuggest', title: 'Offer what may follow' };
  }
  return offered;
}

/** Lists the requests behind the line above a rule; other commands are left as they are. */
async function execute(command, values, next) {
  // The list takes the place of the server's message.
  const answer = await next(command, command === MATCHES ? [...values, { show: false }] : values);
  if (command === MATCHES && Array.isArray(answer) && answer.length > 0) {
    const title = `${answer.length} recorded ${answer.length === 1 ? 'request matches' : 'requests match'}`;
    await vscode.window.showQuickPick(answer, { title, placeHolder: 'Type to search' });
  } else if (command === MATCHES) {
    const told = answer ? 'no recorded request matches' : 'no requests are recorded: see the setting `tamis.traffic`';
    void vscode.window.showInformationMessage(`Tamis: ${told}`);
  }
  return answer;
}

/** Says to the menus whether the text in front holds rules, and lays such rules out when a person asks for it. */
function registerHosts() {
  const look = (editor) =>
    void vscode.commands.executeCommand('setContext', 'tamis.holdsRules', Boolean(editor && holdsRules(editor.document)));
  const format = async () => {
    const editor = vscode.window.activeTextEditor;
    if (!editor || !client) return;
    const { tabSize, insertSpaces } = editor.options;
    const asked = {
      textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(editor.document),
      options: { tabSize, insertSpaces },
    };
    const edits = await client.protocol2CodeConverter.asTextEdits(await client.sendRequest('textDocument/formatting', asked));
    await editor.edit((builder) => edits?.forEach((it) => builder.replace(it.range, it.newText)));
  };
  look(vscode.window.activeTextEditor);
  return [
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.workspace.onDidChangeTextDocument((event) => {
      const editor = vscode.window.activeTextEditor;
      if (event.document === editor?.document) look(editor);
    }),
    vscode.commands.registerCommand('tamis.formatRules', format),
  ];
}

async function complain(error) {
  const path = vscode.workspace.getConfiguration('tamis.server').get('path', 'tamis');
  const open = 'Open the Setting';
  const told = `Tamis: \`${path} lsp\` does not start: ${error instanceof Error ? error.message : error}`;
  if ((await vscode.window.showErrorMessage(told, open)) === open) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'tamis.server.path');
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running?.needsStop()) await running.stop();
}

module.exports = { activate, deactivate: stop };
