// Rules as tests: each is run over the recorded traffic of the setting `tamis.traffic`.
//
// A comment line right above a rule says what is expected: `// expect: some`, `// expect: none` or `// expect: 3`.
// Without one a rule passes when it matches some recorded request.

const vscode = require('vscode');

/** Says that the server need not show the answer. */
const UNSHOWN = { show: false };

const EXPECTATION = /^\s*\/\/\s*expect:\s*(some|none|\d+)\s*$/;

/** What the lines right above a rule expect. */
function expectation(document, line) {
  for (let above = line - 1; above >= 0; above--) {
    const text = document.lineAt(above).text;
    const found = EXPECTATION.exec(text);
    if (found) return found[1];
    if (!text.trim().startsWith('//')) break;
  }
  return 'some';
}

function isMet(expected, count) {
  if (expected === 'some') return count > 0;
  return count === (expected === 'none' ? 0 : Number(expected));
}

const requests = (count) => `${count} recorded ${count === 1 ? 'request' : 'requests'}`;

function registerTests(client) {
  const controller = vscode.tests.createTestController('tamis.rules', 'Tamis rules on recorded traffic');

  /** The rules of a file, from the outline of the server: a bare rule has none and is one test. */
  const listRules = async (file) => {
    const document = await vscode.workspace.openTextDocument(file.uri);
    const symbols = (await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', file.uri)) ?? [];
    const isRule = (symbol) => /^\s*rule\b/.test(document.lineAt(symbol.selectionRange.start.line).text);
    const named = symbols.filter(isRule);
    const items = named.map((symbol, place) => {
      const item = controller.createTestItem(`${file.uri}#${place}`, symbol.name, file.uri);
      item.range = symbol.selectionRange;
      item.description = `expects ${expectation(document, symbol.selectionRange.start.line)}`;
      return item;
    });
    file.children.replace(items);
  };
  const addFile = (uri) => {
    if (controller.items.get(uri.toString())) return controller.items.get(uri.toString());
    const file = controller.createTestItem(uri.toString(), vscode.workspace.asRelativePath(uri), uri);
    file.canResolveChildren = true;
    controller.items.add(file);
    return file;
  };
  const findFiles = async () => {
    const uris = await vscode.workspace.findFiles('**/*.tamis');
    await Promise.all(uris.map((uri) => listRules(addFile(uri))));
  };
  controller.resolveHandler = (item) => (item ? listRules(item) : findFiles());
  controller.refreshHandler = findFiles;

  const runRule = async (run, item) => {
    const place = Number(item.id.slice(item.id.lastIndexOf('#') + 1));
    const started = Date.now();
    run.started(item);
    const asked = { command: 'tamis.matches', arguments: [item.uri.toString(), place, UNSHOWN] };
    const labels = await client()?.sendRequest('workspace/executeCommand', asked);
    if (!Array.isArray(labels)) {
      run.errored(item, new vscode.TestMessage('the rule has an error, or no traffic is recorded: see `tamis.traffic`'));
      return;
    }
    const document = await vscode.workspace.openTextDocument(item.uri);
    const expected = expectation(document, item.range.start.line);
    run.appendOutput([`${item.label}: ${requests(labels.length)}`, ...labels, ''].join('\r\n'), undefined, item);
    if (isMet(expected, labels.length)) {
      run.passed(item, Date.now() - started);
    } else {
      const message = new vscode.TestMessage(`expected ${expected}, found ${requests(labels.length)}`);
      message.location = new vscode.Location(item.uri, item.range);
      run.failed(item, message, Date.now() - started);
    }
  };
  const runAll = async (request, token) => {
    const run = controller.createTestRun(request);
    if (!request.include) await findFiles();
    const wanted = [...(request.include ?? [...controller.items].map(([, item]) => item))];
    while (wanted.length > 0 && !token.isCancellationRequested) {
      const item = wanted.shift();
      if (request.exclude?.includes(item)) continue;
      if (item.canResolveChildren) {
        await listRules(item);
        wanted.unshift(...[...item.children].map(([, child]) => child));
      } else {
        await runRule(run, item).catch((error) => run.errored(item, new vscode.TestMessage(String(error))));
      }
    }
    run.end();
  };
  controller.createRunProfile('Run on Recorded Traffic', vscode.TestRunProfileKind.Run, runAll, true);

  const relist = (document) => {
    if (document.languageId === 'tamis' && document.uri.scheme === 'file') void listRules(addFile(document.uri));
  };
  const watcher = vscode.workspace.createFileSystemWatcher('**/*.tamis', false, true, false);
  watcher.onDidCreate((uri) => listRules(addFile(uri)));
  watcher.onDidDelete((uri) => controller.items.delete(uri.toString()));
  return [controller, watcher, vscode.workspace.onDidOpenTextDocument(relist), vscode.workspace.onDidSaveTextDocument(relist)];
}

module.exports = { registerTests };
