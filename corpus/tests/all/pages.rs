//! The pages of `corpus/diagnostics`: what they show is what is said, and every fix on them mends.

use std::collections::BTreeSet;

use tamis_corpus::fence::{self, Block};
use tamis_corpus::page::{self, Subject};
use tamis_lang::code::Code;

use crate::expected::{CaseFile, Differences, files};

const FOLDER: &str = "corpus/diagnostics";

/// The pages with their codes; `README.md` is none.
fn pages() -> Vec<(Code, CaseFile)> {
    let pages = files(FOLDER, "md").into_iter().filter(|file| file.stem() != "README");
    pages.map(|file| (file.stem().parse().unwrap_or_else(|_| panic!("{} is no page", file.path)), file)).collect()
}

/// A rule on a page, with the block of text behind it.
///
/// One without such a block is to be written instead, and nothing is said about it.
struct Shown<'a> {
    line: usize,
    subject: Subject,
    /// Whether it is one to write instead.
    instead: bool,
    /// What the page says about it; a rule without is one to write instead.
    said: Option<Block<'a>>,
}

fn shown<'a>(code: Code, text: &'a str) -> Result<Vec<Shown<'a>>, String> {
    let blocks = fence::blocks(text);
    let mut found = Vec::new();
    for (block, next) in blocks.iter().zip(blocks.iter().skip(1).map(Some).chain([None])) {
        let takes_catalogs = code.as_str().starts_with("T7");
        let subject = Subject::of(block, takes_catalogs).map_err(|reason| format!("line {}: {reason}", block.line))?;
        let Some(subject) = subject else { continue };
        let said = next.filter(|next| next.language() == "text").cloned();
        let instead = said.is_none() || block.words.contains(&page::INSTEAD);
        found.push(Shown { line: block.line, subject, instead, said });
    }
    Ok(found)
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let codes: BTreeSet<_> = Code::ALL.iter().copied().collect();
    let written: BTreeSet<_> = pages().into_iter().map(|(code, _)| code).collect();
    let missing: Vec<_> = codes.difference(&written).map(|code| code.page_path()).collect();
    assert!(missing.is_empty(), "these pages are missing: {missing:#?}");
}

#[test]
fn a_page_begins_with_its_code_and_title() {
    let mut differences = Differences::default();
    for (code, file) in pages() {
        let expected = format!("# {code}: {}", code.title());
        if file.text.lines().next() != Some(&expected) {
            differences.add(&file.path, format!("expected the first line `{expected}`"));
        }
        let prose = file.text.split("```").next().unwrap_or("").lines().skip(1).filter(|line| !line.is_empty());
        if prose.count() < 2 {
            differences.add(&file.path, "expected two sentences or more before the first rule");
        }
    }
    differences.finish();
}

#[test]
fn pages_show_what_is_said() {
    let mut differences = Differences::default();
    for (code, file) in pages() {
        let shown = match shown(code, &file.text) {
            Ok(shown) => shown,
            Err(reason) => {
                differences.add(&file.path, reason);
                continue;
            }
        };
        let mut new = file.text.clone();
        for case in shown.iter().rev() {
            let place = format!("{}:{}", file.path, case.line);
            let found = case.subject.rendered();
            match &case.said {
                Some(said) if found.is_empty() => {
                    differences.add(&place, "nothing is said about the rule");
                    new.replace_range(said.range.clone(), "");
                }
                Some(said) => new.replace_range(said.range.clone(), &found),
                None if found.is_empty() => {}
                None => differences.add(&place, format!("this is to be written instead, but\n{found}")),
            }
        }
        differences.settle(&file, &new);
    }
    differences.finish();
}

#[test]
fn the_rules_of_a_page_raise_its_code() {
    let mut differences = Differences::default();
    for (code, file) in pages() {
        let shown = shown(code, &file.text).unwrap_or_default();
        let wrong: Vec<_> = shown.iter().filter(|case| !case.instead).collect();
        if wrong.is_empty() {
            differences.add(&file.path, "no rule raises the code");
        }
        for case in wrong {
            let found: Vec<_> = case.subject.diagnostics().iter().map(|said| said.code).collect();
            if !found.contains(&code) {
                differences.add(&format!("{}:{}", file.path, case.line), format!("expected {code}, found {found:?}"));
            }
        }
    }
    differences.finish();
}

#[test]
fn every_fix_on_a_page_mends() {
    let mut differences = Differences::default();
    for (code, file) in pages() {
        for case in shown(code, &file.text).unwrap_or_default() {
            for diagnostic in case.subject.diagnostics() {
                for fix in &diagnostic.fixes {
                    if let Some(problem) = case.subject.unmended(&diagnostic, fix) {
                        differences.add(&format!("{}:{}", file.path, case.line), problem);
                    }
                }
            }
        }
    }
    differences.finish();
}

#[test]
fn an_error_with_a_fix_says_what_to_write_instead() {
    let mut differences = Differences::default();
    for (code, file) in pages() {
        let shown = shown(code, &file.text).unwrap_or_default();
        let says_how = |case: &Shown<'_>| {
            case.subject.diagnostics().iter().any(|said| said.code == code && said.is_error() && !said.fixes.is_empty())
        };
        if shown.iter().any(says_how) && shown.iter().all(|case| !case.instead) {
            differences.add(&file.path, "there is a fix, and no rule without text below to write instead");
        }
    }
    differences.finish();
}
