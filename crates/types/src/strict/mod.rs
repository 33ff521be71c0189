//! The edition `atc-strict`: whatever atc-router 1.7.1 refuses is an error.
//!
//! The text is read and checked as in the edition `atc`, which accepts more than the gateway does.
//! A walk over the tree then finds what the gateway's parser would refuse, a look at the fields what its check against
//! the schema would; each finding is a [`Refusal`], which knows the rest.

mod fixes;
mod literal;
mod refusal;
mod schema;
mod walk;

pub use refusal::{Answer, Refusal};

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::span::Span;
use tamis_syntax::Parse;
use tamis_syntax::tree::Document;

use self::walk::Found;
use crate::analysis::Rule;
use crate::check::Checker;

/// How many bytes are parsed at most to find out which fixes write rules that the gateway takes.
const TRIED: usize = 1 << 20;

/// Reports what atc-router refuses in a text that was checked as in the edition `atc`.
///
/// A rule with such a finding has no checked form.
pub(crate) fn check(checker: &mut Checker<'_>, parse: &Parse, rules: &mut [Rule]) {
    let walk = walk::walk(checker.text, parse);
    let mut found = walk.found;
    found.extend(walk.accepted.iter().filter_map(|comparison| schema::refusal(checker, comparison)));
    found.retain(|found| !checker.sink.has_error_at(found.span));
    for found in &found {
        refuse(checker, found);
        match parse.tree.document() {
            Document::Rule(_) => rules.iter_mut().for_each(Rule::refuse),
            Document::File(_) => {
                let owner = rules.partition_point(|rule| rule.span.start <= found.span.start);
                owner.checked_sub(1).and_then(|place| rules.get_mut(place)).into_iter().for_each(Rule::refuse);
            }
        }
    }
    keep_fixes(checker, parse, found.len());
}

fn refuse(checker: &mut Checker<'_>, found: &Found) {
    // What is only unusual elsewhere is said once, as the error.
    let replaced: &[Code] = match found.refusal {
        Refusal::Blank => &[Code::UnusualBlank, Code::HiddenCharacter],
        Refusal::Unknown => &[Code::AliasUsed, Code::InexactAlias],
        _ => &[],
    };
    checker.sink.replace(found.span, replaced);
    checker.error(|checker| {
        let diagnostic = found.refusal.diagnostic(checker.text, found.span);
        diagnostic.fixes(fixes::fix(checker, found))
    });
}

/// Drops the fixes after which the gateway would refuse more than before: units, `exists`, sets.
fn keep_fixes(checker: &mut Checker<'_>, parse: &Parse, n_refused: usize) {
    let (text, limits) = (checker.text, checker.limits);
    if limits.trials == 0 {
        return;
    }
    let mut left = TRIED;
    let n_before = walk::walk(text, parse).found.len().max(n_refused);
    checker.sink.retain_fixes(|fix| {
        let Some(rest) = left.checked_sub(text.len()) else { return false };
        left = rest;
        refusals(&fix.apply(text), limits) <= n_before
    });
}

/// How many things atc-router's parser refuses in a text.
fn refusals(text: &str, limits: &Limits) -> usize {
    walk::walk(text, &tamis_syntax::parse(text, Edition::AtcStrict, limits)).found.len()
}

/// Whether two spans have text in common, or one is empty and within the other.
pub(crate) const fn overlap(one: Span, other: Span) -> bool {
    one.contains(other) || other.contains(one) || (one.start < other.end && other.start < one.end)
}

/// Whether a finding is one of this edition.
pub(crate) fn is_refusal(diagnostic: &Diagnostic) -> bool {
    matches!(diagnostic.code, Code::GatewayParseError | Code::GatewayTypeError | Code::GatewayPanic)
}

/// A fix that writes a text anew.
fn rewrite(span: Span, text: String) -> Fix {
    Fix::replace(format!("write {}", tamis_lang::excerpt::proposal(&text)), span, text)
}
