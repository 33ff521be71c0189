//! The items of a text: a bare rule, or `let` and `rule` in order.

use std::collections::hash_map::Entry;

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix, Severity};
use tamis_lang::span::Span;
use tamis_syntax::tree::{Item, ItemKind, NodeId};

use crate::analysis::{CheckedRule, Rule};
use crate::builder::Fragment;
use crate::check::{Checker, Current, Definition};
use crate::lints;
use crate::lints::covered::Listed;
use crate::meaning::Meaning;

/// Words that mean something in a condition, so that a `let` of that name could not be used everywhere.
const KEYWORDS: &[&str] = &[
    "and", "or", "not", "in", "contains", "like", "any", "all", "none", "exists", "sample", "let", "rule", "true",
    "false",
];

impl<'a> Checker<'a> {
    /// Checks a bare rule.
    pub(crate) fn bare_rule(&mut self, root: NodeId, broken: bool) -> Rule {
        self.item.broken = broken;
        let checked = self.rule_body(root);
        Rule::new(None, self.span(root), String::new(), checked)
    }

    /// Checks the items of a file; `broken` says of each place whether the parser reported an error for it.
    pub(crate) fn file(&mut self, items: &'a [Item], broken: &[bool]) -> Vec<Rule> {
        let undefined = self.define(items);
        let is_broken = |place| broken.get(place).copied().unwrap_or(true) || undefined.binary_search(&place).is_ok();
        let rules: Vec<Rule> =
            items.iter().enumerate().filter_map(|(place, item)| self.one(place, item, is_broken(place))).collect();
        self.unused(items);
        let names = items.iter().filter(|item| item.kind == ItemKind::Rule).map(|item| item.name);
        let listed: Vec<Listed<'_>> = rules.iter().zip(names).map(|(rule, name)| Listed::new(rule, name)).collect();
        lints::covered::check(self, &listed);
        rules
    }

    /// Checks one item; the rule, if it is one.
    pub(crate) fn one(&mut self, place: usize, item: &Item, broken: bool) -> Option<Rule> {
        self.item = Current { place, broken, ..Current::default() };
        match item.kind {
            ItemKind::Let => {
                self.named_value(place, item);
                None
            }
            ItemKind::Rule => {
                let checked = self.rule_body(item.body);
                let name = item.name.slice(self.text).to_owned();
                let documentation = self.documentation(item);
                Some(Rule::new(Some(name), item.span, documentation, checked))
            }
        }
    }

    fn rule_body(&mut self, root: NodeId) -> Option<CheckedRule> {
        self.check(root);
        let condition = self.condition(root);
        self.finish_item(root);
        if self.item.broken {
            return None;
        }
        let builder = std::mem::take(&mut self.item.builder);
        let hir = builder.finish(condition?);
        if self.options.advise_on_phases {
            lints::late_drop::check(self, root, &hir);
            lints::late_negation::check(self, &hir);
        }
        lints::absent_where::check(self, &hir);
        lints::relations::check(self, root, &hir);
        Some(CheckedRule::new(hir))
    }

    fn named_value(&mut self, place: usize, item: &Item) {
        self.check(item.body);
        let root = match self.meaning(item.body) {
            Meaning::Set(set) if !self.check_named_set(set) => Meaning::Hole,
            _ if self.item.too_large => Meaning::Hole,
            root => root,
        };
        self.finish_item(item.body);
        let name = item.name.slice(self.text);
        let builder = std::mem::take(&mut self.item.builder);
        let broken = self.item.broken;
        if let Some(definition) = self.names.get_mut(name).filter(|definition| definition.place == place) {
            definition.value = Some(Box::new(Fragment::new(builder, root)));
            definition.broken = broken;
        }
    }

    /// What is left to do when all nodes of an item are known.
    fn finish_item(&mut self, root: NodeId) {
        self.unknown_names();
        let errors = self.sink.errors();
        lints::run(self, root);
        self.item.broken |= self.sink.errors() > errors;
    }

    /// Collects the names of a file; gives the items whose name cannot be used, in order.
    pub(crate) fn define(&mut self, items: &[Item]) -> Vec<usize> {
        let mut undefined = Vec::new();
        self.names.reserve(items.len());
        for (place, item) in items.iter().enumerate() {
            let name = item.name.slice(self.text);
            if name.is_empty() {
                continue;
            }
            let is_let = item.kind == ItemKind::Let;
            let is_reserved = is_let && KEYWORDS.contains(&name);
            if is_reserved {
                self.error(|_| {
                    Diagnostic::new(Code::ReservedName, item.name, format!("`{name}` is a word of the language"))
                        .note("choose another name for the `let`")
                });
            }
            // A name that cannot be used is defined all the same, so that it is reported once.
            let definition =
                Definition { place, name: item.name, value: None, is_let, used: is_reserved, broken: is_reserved };
            match self.names.entry(name) {
                Entry::Vacant(entry) => {
                    entry.insert(definition);
                    if is_let {
                        self.shadowed(item.name, "the `let`");
                    }
                }
                Entry::Occupied(entry) => {
                    let first = entry.get().name;
                    self.error(|_| {
                        Diagnostic::new(Code::DuplicateName, item.name, format!("`{name}` is defined twice"))
                            .label(first, "the first definition")
                    });
                    undefined.push(place);
                }
            }
        }
        undefined
    }

    /// Warns of each `let` that nothing names.
    pub(crate) fn unused(&mut self, items: &[Item]) {
        let mut unused: Vec<usize> = self
            .names
            .values()
            .filter(|definition| definition.is_let && !definition.used)
            .map(|definition| definition.place)
            .collect();
        unused.sort_unstable();
        for item in unused.into_iter().filter_map(|place| items.get(place)) {
            self.report(Severity::Warning, |checker| {
                let name = item.name.slice(checker.text);
                let edit = Edit { span: checker.whole_lines(item), text: String::new() };
                Diagnostic::new(Code::UnusedName, item.name, format!("`{name}` is never used"))
                    .fix(Fix::new("remove it", vec![edit]).suggestion())
            });
        }
    }

    /// An item with its documentation and, where it has lines of its own, the line break behind it.
    fn whole_lines(&self, item: &Item) -> Span {
        let first = item.documentation.first().map_or(item.span, |line| line.join(item.span));
        let before = self.text.get(..first.start as usize).unwrap_or("");
        let start = before.trim_end_matches(['/', ' ', '\t']);
        let rest = self.text.get(item.span.end as usize..).unwrap_or("");
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        let has_own_lines = start.is_empty() || start.ends_with('\n');
        let tail = match rest.get(blank..) {
            Some(rest) if has_own_lines && rest.starts_with('\n') => blank + 1,
            Some("") => blank,
            _ => 0,
        };
        let start = if has_own_lines { start.len() } else { first.start as usize };
        Span::from_range(start..(item.span.end as usize).saturating_add(tail))
    }

    fn documentation(&self, item: &Item) -> String {
        let mut out = String::new();
        for line in &item.documentation {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(line.slice(self.text).trim());
        }
        out
    }
}
