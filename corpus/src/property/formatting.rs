//! The formatter beside the parser and the machine.

use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::scratch::Scratch;
use tamis_syntax::{Parse, format, parse, print_tree};

use super::Outcome;
use super::machine::{Compiled, agree};
use crate::generate::Request;

fn parsed(text: &str) -> Parse {
    parse(text, Edition::Tamis, &Limits::default())
}

fn formatted(text: &str) -> Result<String, String> {
    format(text, Edition::Tamis, &Limits::default()).map_err(|problems| {
        let first = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
        format!("cannot be formatted: {first}\n{text}")
    })
}

/// A text that parses has the same tree when it was formatted.
///
/// # Errors
///
/// Both texts and both trees.
pub fn formatting_keeps_the_tree(text: &str) -> Outcome {
    let after = formatted(text)?;
    let (first, second) = (parsed(text), parsed(&after));
    let (before_tree, after_tree) = (print_tree(&first.tree, text), print_tree(&second.tree, &after));
    if !second.is_valid() || before_tree != after_tree {
        return Err(format!("{before_tree}\nbecame\n{after_tree}\n{text}\n{after}"));
    }
    Ok(())
}

/// A formatted text stays as it is.
///
/// # Errors
///
/// The text, formatted once and twice.
pub fn formatting_is_idempotent(text: &str) -> Outcome {
    let once = formatted(text)?;
    let twice = formatted(&once)?;
    if once == twice { Ok(()) } else { Err(format!("{text}\nonce:\n{once}\ntwice:\n{twice}")) }
}

/// A formatted text has every comment of the text, in their order.
///
/// # Errors
///
/// The comments of both.
pub fn comments_stay(text: &str) -> Outcome {
    let after = formatted(text)?;
    let (first, second) = (comments(text), comments(&after));
    if first == second { Ok(()) } else { Err(format!("{first:?}\nbecame\n{second:?}\n{text}\n{after}")) }
}

fn comments(text: &str) -> Vec<String> {
    parsed(text).comments.iter().map(|comment| comment.slice(text).trim_end().to_owned()).collect()
}

/// A formatted rule says what the rule said.
///
/// # Errors
///
/// Both texts, the request and both verdicts.
pub fn formatting_keeps_the_verdict(
    before: &Compiled<'_>,
    text: &str,
    request: &Request,
    scratch: &mut Scratch,
) -> Outcome {
    let after = formatted(text)?;
    let Some(compiled) = Compiled::new(&after) else { return Err(format!("no longer compiles\n{text}\n{after}")) };
    agree(before, &compiled, request, scratch)
}
