//! Names of the text, functions, and the words and constructs of the language.

use tamis_lang::builtin::{self, Builtin, Form, Operand};
use tamis_lang::ty::Ty;
use tamis_syntax::tree::ItemKind;
use tamis_types::analysis::NodeType;

use super::word::WordKind;
use super::{CompletionKind, Draft, Offers, Subject};
use crate::describe::{in_short, written};

/// The variables and `let`s that can be used at the cursor; with a type, those that have it.
pub(super) fn locals(offers: &mut Offers<'_, '_>, ty: Option<Ty>) {
    if matches!(offers.word.kind, WordKind::Number | WordKind::Text) {
        return;
    }
    let (document, at) = (offers.view.document, offers.word.replace.start);
    let analysis = document.analysis();
    let fits = |found: NodeType| match (ty, found) {
        (Some(ty), NodeType::Value(found)) => ty == found,
        (Some(_), NodeType::Condition | NodeType::Set) | (None, NodeType::Set) => false,
        (None, _) | (Some(_), NodeType::Unknown) => true,
    };
    let mut drafts = Vec::new();
    for variable in offers.variables.iter().filter(|variable| fits(variable.ty)) {
        let of = format!("a value of {}", variable.source);
        drafts.push(Draft::new(CompletionKind::Variable, variable.name.clone()).description(of));
    }
    for item in document.items().iter().filter(|item| item.kind == ItemKind::Let && item.span.end <= at) {
        let found = analysis.node_type(item.body);
        if fits(found) && !item.name.is_empty() {
            let what = match found {
                NodeType::Condition => "condition".to_owned(),
                NodeType::Value(ty) => ty.to_string(),
                NodeType::Set => "set".to_owned(),
                NodeType::Unknown => String::new(),
            };
            drafts.push(Draft::new(CompletionKind::Let, offers.view.slice(item.name)).description(what));
        }
    }
    drafts.into_iter().for_each(|draft| offers.offer(draft));
}

/// The `let`s that name a set.
pub(super) fn sets(offers: &mut Offers<'_, '_>) {
    let (document, at) = (offers.view.document, offers.word.replace.start);
    for item in document.items().iter().filter(|item| item.kind == ItemKind::Let && item.span.end <= at) {
        if document.analysis().node_type(item.body) == NodeType::Set {
            offers.offer(Draft::new(CompletionKind::Let, offers.view.slice(item.name)).description("set"));
        }
    }
}

/// The functions; with a type, those that give it.
pub(super) fn functions(offers: &mut Offers<'_, '_>, ty: Option<Ty>, distance: u8) {
    if matches!(offers.word.kind, WordKind::Number | WordKind::Text) {
        return;
    }
    for (id, builtin) in builtin::all().filter(|(_, builtin)| builtin.form.is_function()) {
        let gives = |ty: Ty| builtin.signatures.iter().any(|signature| signature.result == ty);
        // A record without an example is reserved.
        if builtin.examples.is_empty() || ty.is_some_and(|ty| !gives(ty)) {
            continue;
        }
        let signature = builtin.signatures.first().map(|signature| written(builtin, signature)).unwrap_or_default();
        let mut draft = Draft::new(CompletionKind::Function, builtin.name);
        draft = draft.snippet(call(builtin)).description(signature).subject(Subject::Builtin(id));
        draft.item.goes_on = true;
        offers.offer(draft.distance(distance));
        if matches!(builtin.form, Form::Quantifier) && ty.is_none() {
            offers.offer(quantified(builtin).distance(distance));
        }
    }
}

fn call(builtin: &Builtin) -> String {
    match builtin.form {
        Form::Quantifier if !builtin.signatures.iter().any(|it| it.parameters == [Operand::Field]) => {
            format!("{}(${{1:v}} in $2, $0)", builtin.name)
        }
        _ => format!("{}($1)$0", builtin.name),
    }
}

/// A quantifier with its variable, to be filled in.
fn quantified(builtin: &Builtin) -> Draft {
    let label = format!("{}(v in …, …)", builtin.name);
    let mut draft = Draft::new(CompletionKind::Snippet, label).snippet(format!("{}(${{1:v}} in $2, $0)", builtin.name));
    builtin.name.clone_into(&mut draft.name);
    builtin.name.clone_into(&mut draft.item.filter);
    draft.item.goes_on = true;
    draft.description("two conditions on one value")
}

/// The variable and what follows it, at the beginning of a quantifier.
pub(super) fn each(offers: &mut Offers<'_, '_>) {
    let draft = Draft::new(CompletionKind::Snippet, "v in …, …").snippet("${1:v} in $2, $0");
    offers.offer(draft.description("a condition on each value"));
}

/// The words with which a condition begins, and the constructs of a file where one can begin.
pub(super) fn beginnings(offers: &mut Offers<'_, '_>) {
    for (id, builtin) in builtin::all() {
        let Form::Prefix { words, .. } = builtin.form else { continue };
        let takes_condition = builtin.signatures.iter().any(|it| it.parameters == [Operand::Condition]);
        for word in words.iter().filter(|_| takes_condition) {
            let draft = Draft::new(CompletionKind::Keyword, *word).subject(Subject::Builtin(id));
            offers.offer(draft.description(in_short(builtin)).distance(3));
        }
    }
    for word in ["true", "false"] {
        offers.offer(Draft::new(CompletionKind::Keyword, word).distance(5));
    }
    if begins_line(offers) {
        items(offers, 4);
    }
}

/// The items of a file before anything else, where a letter stands at the beginning of a line.
pub(super) fn begun(offers: &mut Offers<'_, '_>) {
    if begins_line(offers) && !offers.word.typed.is_empty() {
        items(offers, 0);
    }
}

/// Whether nothing but blanks is before the word.
fn begins_line(offers: &Offers<'_, '_>) -> bool {
    let line = offers.view.text().get(..offers.word.replace.start as usize).unwrap_or("");
    let line = line.trim_end_matches([' ', '\t']);
    line.is_empty() || line.ends_with('\n')
}

/// The items of a file.
pub(super) fn items(offers: &mut Offers<'_, '_>, distance: u8) {
    let items = [
        ("rule", "rule ${1:name} = $0", "a named rule"),
        ("let", "let ${1:name} = $0", "a name for a value, a set or a condition"),
    ];
    for (keyword, insert, description) in items {
        let draft = Draft::new(CompletionKind::Snippet, keyword).snippet(insert).description(description);
        offers.offer(draft.distance(distance));
    }
}

/// The word between the variable of a quantifier and its field.
pub(super) fn variable_in(offers: &mut Offers<'_, '_>) {
    let mut draft = Draft::new(CompletionKind::Keyword, "in");
    draft.item.goes_on = true;
    offers.offer(draft);
}

/// The sign behind the name of an item.
pub(super) fn define(offers: &mut Offers<'_, '_>) {
    offers.offer(Draft::new(CompletionKind::Keyword, "="));
}
