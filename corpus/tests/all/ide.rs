//! What an editor shows at a mark, `corpus/ide`, and how soon completion offers the next word of a rule.

use std::collections::BTreeSet;
use std::fs;

use tamis_corpus::catalogs;
use tamis_corpus::sections;
use tamis_ide::{Completion, CompletionKind, Document, Traffic, View, complete};
use tamis_lang::builtin;
use tamis_lang::catalog::{Catalog, Resolution, Shape};
use tamis_lang::value::Constant;
use tamis_syntax::token::TokenKind;
use tamis_traffic::{Format, read};
use tamis_types::analysis::Options;

use crate::expected::{Differences, files};

/// How many items of a list a case shows.
const SHOWN: usize = 8;

fn kong() -> &'static Catalog {
    catalogs::shipped(catalogs::DEFAULT).unwrap()
}

/// Asks about a text with a `$0` in it.
fn ask<T>(marked: &str, traffic: Option<&Traffic>, answer: impl Fn(&View<'_>, u32) -> T) -> Result<T, String> {
    let at = marked.find("$0").ok_or("the text has no `$0`")?;
    let document = Document::new(marked.replacen("$0", "", 1), kong(), &Options::default());
    let view = View { document: &document, catalog: kong(), traffic };
    Ok(answer(&view, u32::try_from(at).unwrap()))
}

fn rows(items: &[Completion]) -> String {
    let mut out = String::new();
    for item in items.iter().take(SHOWN) {
        out.push_str(&item.label);
        if !item.description.is_empty() {
            out.push_str(&format!("  -- {}", item.description));
        }
        if item.is_deprecated {
            out.push_str(" (deprecated)");
        }
        out.push('\n');
    }
    match items.len() {
        0 => "(nothing)".to_owned(),
        n if n > SHOWN => format!("{out}(more)"),
        _ => out.trim_end().to_owned(),
    }
}

#[test]
fn the_listed_items_are_offered() {
    let recording = fs::read(xtask::repository::root().join("corpus/ide/traffic.jsonl")).unwrap();
    let traffic = Traffic::new(&[read(&recording, Format::Facts)], kong());
    let mut differences = Differences::default();
    for file in files("corpus/ide", "txt") {
        let traffic = file.stem().ends_with("-recorded").then_some(&traffic);
        let mut cases = sections::parse(&file.text);
        for case in &mut cases {
            let text = case.sections.first().cloned().unwrap_or_default();
            match ask(&text, traffic, |view, offset| rows(&complete(view, offset))) {
                Ok(found) => case.sections = vec![text, found],
                Err(why) => differences.add(&format!("{}: {}", file.path, case.title), why),
            }
        }
        differences.settle(&file, &sections::write(&file.text, &cases));
    }
    differences.finish();
}

/// The rules that people write, each once.
fn rules() -> BTreeSet<String> {
    let good = files("corpus/verdicts", "toml").into_iter().find(|file| file.stem() == "good-rules").unwrap();
    let table: toml::Table = toml::from_str(&good.text).unwrap();
    let cases = table["case"].as_array().unwrap();
    cases.iter().map(|case| case["rule"].as_str().unwrap().to_owned()).collect()
}

/// What kind of word of a rule is to be offered; none for words that only the author can know.
fn kind(text: &str, token: TokenKind) -> Option<&'static str> {
    match token {
        TokenKind::Name => Some("field"),
        TokenKind::Function | TokenKind::Quantifier(_) => Some("function"),
        TokenKind::Infix(id) if id.get().power() == Some(builtin::Power::Logic) => Some("and, or"),
        TokenKind::Infix(id) if id.get().power() == Some(builtin::Power::Compare) => Some("operator"),
        TokenKind::Literal(_) if ["true", "false"].contains(&text) => Some("value"),
        TokenKind::Literal(_) => {
            let number =
                text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(|c: char| c.is_ascii_alphabetic());
            number.then_some("unit")
        }
        _ => None,
    }
}

/// Whether a word is among the values that the catalog lists for the field before it.
fn is_listed(rule: &str, before: usize, word: &str) -> bool {
    let name = rule.get(..before).unwrap().split_whitespace().rev().find(|it| it.contains('.')).unwrap_or("");
    match kong().resolve(name.trim_matches(['(', '!']), None) {
        Resolution::Field { field, .. } => {
            let listed = field.allowed.iter().flat_map(|allowed| &allowed.values);
            let is_word = |value: &Constant| value.to_string() == word;
            listed.map(|listed| &listed.value).any(is_word)
        }
        _ => false,
    }
}

/// How much of a name can be known: not the key of a family that the catalog does not list.
fn known_part(name: &str) -> usize {
    match kong().resolve(name, None) {
        Resolution::Field { field, key: Some(key), .. } => match &field.shape {
            Shape::Family { known_keys, .. } if known_keys.iter().any(|known| known.key == key) => name.len(),
            _ => field.name.len(),
        },
        _ => name.len(),
    }
}

/// Whether an item brings the word, or the family of which the word is a member.
fn brings(item: &Completion, word: &str) -> bool {
    item.label == word
        || item.kind == CompletionKind::Family && word.starts_with(&item.label)
        || item.kind == CompletionKind::Operator && word.ends_with(&format!(" {}", item.label))
        || item.kind == CompletionKind::Snippet && item.label.starts_with(&format!("{word}("))
}

/// How often the next word was where in the list.
#[derive(Clone, Copy, Default)]
struct Ranks {
    asked: u32,
    first: u32,
    three: u32,
    five: u32,
    ten: u32,
}

impl Ranks {
    fn add(&mut self, rank: Option<usize>) {
        self.asked += 1;
        for (count, limit) in [(&mut self.first, 1), (&mut self.three, 3), (&mut self.five, 5), (&mut self.ten, 10)] {
            *count += u32::from(rank.is_some_and(|rank| rank < limit));
        }
    }

    fn row(self) -> String {
        let share = |n: u32| format!("{:>5.1}%", 100.0 * f64::from(n) / f64::from(self.asked.max(1)));
        let shares: Vec<String> = [self.first, self.three, self.five, self.ten].map(share).to_vec();
        format!("{:>5}  {}", self.asked, shares.join("  "))
    }
}

/// Of which kind of word, behind how many of its letters, how many percent stand within the first items at least.
const PROMISED: &[(&str, &str, usize, f64)] = &[
    ("field", "nothing", 10, 45.0),
    ("field", "1 to 2", 5, 70.0),
    ("field", "3 and more", 5, 80.0),
    ("operator", "nothing", 10, 99.0),
    ("operator", "1 to 2", 3, 95.0),
    ("and, or", "nothing", 3, 99.0),
    ("function", "3 and more", 1, 99.0),
    ("value", "nothing", 10, 80.0),
    ("value", "1 to 2", 5, 90.0),
    ("value", "3 and more", 3, 99.0),
    ("unit", "nothing", 5, 99.0),
];

/// Behind how many letters of a word a rule is cut.
const CUTS: &[usize] = &[0, 1, 2, 3, 4, 6, 8, 10, 12, 14, 18, 22, 26];

/// The rules, cut within each word and right before it.
#[test]
fn the_next_word_of_every_prefix_is_offered_soon() {
    let kinds = ["field", "operator", "and, or", "function", "value", "unit"];
    let lengths = ["nothing", "1 to 2", "3 and more"];
    let mut missing: Vec<String> = Vec::new();
    let mut table = vec![vec![Ranks::default(); lengths.len()]; kinds.len()];
    for rule in rules() {
        let document = Document::new(rule.clone(), kong(), &Options::default());
        for token in &document.analysis().tokens {
            let word = token.span.slice(&rule);
            let start = token.span.start as usize;
            let listed = matches!(token.kind, TokenKind::Literal(_)) && is_listed(&rule, start, word);
            let Some(kind) = (if listed { Some("value") } else { kind(word, token.kind) }) else { continue };
            let kind = kinds.iter().position(|known| *known == kind).unwrap();
            let digits = word.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
            let known = known_part(word);
            for (typed, _) in word.char_indices().filter(|(typed, _)| CUTS.contains(typed)) {
                let prefix = rule.get(..start + typed).unwrap();
                // A unit can be offered once its number is there.
                if kinds[kind] == "unit" && typed < digits
                    || kinds[kind] == "field" && typed > known
                    || !prefix.is_empty() && prefix.ends_with(')')
                {
                    continue;
                }
                let half = Document::new(prefix, kong(), &Options::default());
                let found = complete(&View::new(&half, kong()), u32::try_from(prefix.len()).unwrap());
                let rank = found.iter().position(|item| brings(item, word));
                if rank.is_none() {
                    missing.push(format!("{prefix}| does not offer {word}"));
                }
                let typed = if kinds[kind] == "unit" { typed - digits } else { typed };
                table[kind][usize::from(typed > 0) + usize::from(typed > 2)].add(rank);
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    let mut out = String::from("word      typed        cuts   first   top 3   top 5  top 10\n");
    for (kind, row) in kinds.iter().zip(&table) {
        for (length, ranks) in lengths.iter().zip(row).filter(|(_, ranks)| ranks.asked > 0) {
            out.push_str(&format!("{kind:<9} {length:<10} {}\n", ranks.row()));
        }
    }
    for (kind, length, within, least) in PROMISED {
        let place = |names: &[&str], name: &str| names.iter().position(|known| known == &name).unwrap();
        let ranks = table[place(&kinds, kind)][place(&lengths, length)];
        let found = [(1, ranks.first), (3, ranks.three), (5, ranks.five), (10, ranks.ten)];
        let (_, n) = found.into_iter().find(|(limit, _)| limit == within).unwrap();
        let share = 100.0 * f64::from(n) / f64::from(ranks.asked.max(1));
        assert!(share >= *least, "{kind}, {length} typed: {share:.1}% within the first {within}\n{out}");
    }
}
