// Documents in which rules stand: session manifests, and Kong's declarative configuration, in YAML and JSON.
//
// The server is told of such a document only once it holds a rule, so that other YAML and JSON is left alone.

const vscode = require('vscode');

const LANGUAGES = ['yaml', 'json', 'jsonc'];

/** Which documents may hold rules. */
const HOSTS = LANGUAGES.map((language) => ({ language }));

/** A key behind which a rule stands; whether it is one, the server decides. */
const SAMPLING = /\bsampling_rule["']?\s*:/;
const EXPRESSION = /\bexpression["']?\s*:/;
const ROUTES = /\broutes["']?\s*:/;

const isHost = (document) => LANGUAGES.includes(document.languageId);

/** Whether a document of another language has rules in it. */
function holdsRules(document) {
  if (!isHost(document)) return false;
  const text = document.getText();
  return SAMPLING.test(text) || (EXPRESSION.test(text) && ROUTES.test(text));
}

/** The part of a client's middleware that keeps documents without rules away from the server. */
function hosts(client) {
  const told = new Set();
  const name = (document) => document.uri.toString();
  const tell = (document) => {
    told.add(name(document));
    return client().sendNotification('textDocument/didOpen', client().code2ProtocolConverter.asOpenTextDocumentParams(document));
  };
  return {
    didOpen: async (document, next) => {
      if (!isHost(document)) return next(document);
      if (holdsRules(document)) await tell(document);
    },
    didChange: async (event, next) => {
      if (!isHost(event.document) || told.has(name(event.document))) return next(event);
      if (holdsRules(event.document)) await tell(event.document);
    },
    didClose: async (document, next) => {
      if (!isHost(document) || told.delete(name(document))) return next(document);
    },
    sendRequest: async (type, values, token, next) => {
      const uri = values?.textDocument?.uri;
      const document = uri && vscode.workspace.textDocuments.find((it) => client().code2ProtocolConverter.asUri(it.uri) === uri);
      if (!document || !isHost(document) || told.has(name(document))) return next(type, values, token);
      const method = typeof type === 'string' ? type : type.method;
      return method === 'textDocument/diagnostic' ? { kind: 'full', items: [] } : null;
    },
  };
}

module.exports = { HOSTS, holdsRules, hosts };
