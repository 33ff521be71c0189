// The extension: it starts `tamis lsp`, shows what commands answer, and lists rules as tests.
//
// Nothing about the language is decided here.

const vscode = require('vscode');
const { LanguageClient, State } = require('vscode-languageclient/node');
const { registerCommands } = require('./commands');
const { registerTests } = require('./tests');

/** The command behind the line above a rule; the server answers with the requests that the rule would have caught. */
const MATCHES = 'tamis.matches';

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
      if (event.affectsConfiguration('tamis.server')) void restart();
    }),
    ...registerCommands(),
    ...registerTests(() => client),
  );
  await start();
  return { isRunning: () => client?.state === State.Running };
}

function newClient(log) {
  const settings = vscode.workspace.getConfiguration('tamis.server');
  const server = { command: settings.get('path', 'tamis'), args: settings.get('arguments', ['lsp']) };
  return new LanguageClient('tamis', 'Tamis', server, {
    documentSelector: [{ language: 'tamis' }],
    synchronize: { configurationSection: 'tamis' },
    initializationOptions: vscode.workspace.getConfiguration('tamis'),
    outputChannel: log,
    middleware: { executeCommand: execute, provideCompletionItem: complete },
  });
}

/** Behind an accepted operator stands a blank, and what may follow it is offered at once. */
async function complete(document, position, context, token, next) {
  const offered = await next(document, position, context, token);
  const isFollowed = /^\s/.test(document.getText(new vscode.Range(position, position.translate(0, 1))));
  for (const item of Array.isArray(offered) ? offered : (offered?.items ?? [])) {
    if (item.kind !== vscode.CompletionItemKind.Operator || isFollowed || typeof item.insertText !== 'string') continue;
    item.insertText += ' ';
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
