//! What the tests of this crate share: text in, text out.

use std::fmt::Write as _;
use std::sync::LazyLock;

use expect_test::Expect;
use tamis_lang::catalog::Catalog;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::limits::Limits;
use tamis_lang::prepared::{Element, Prepared};

use crate::analysis::{Analysis, Options, analyze};
use crate::hir::{ConditionId, ConditionKind, Hir, Mode, Right, ValueId, ValueKind};

static KONG: LazyLock<Catalog> = LazyLock::new(|| Catalog::shipped("kong").expect("a shipped catalog"));

/// Compares the findings about some texts with the expected ones, and tries every fix.
#[track_caller]
pub(crate) fn check(texts: &[&str], expected: &Expect) {
    expected.assert_eq(&report(texts, |_| true));
}

/// Compares the findings of one code with the expected ones, and tries their fixes.
#[track_caller]
pub(crate) fn check_code(code: Code, texts: &[&str], expected: &Expect) {
    expected.assert_eq(&report(texts, |d| d.code == code));
}

/// Checks that texts without errors have no finding of one code.
#[track_caller]
pub(crate) fn check_without(code: Code, texts: &[&str]) {
    for text in texts {
        let analysis = analyze(text, &KONG, &Options::default());
        let found = analysis.diagnostics.iter().any(|d| d.code == code || d.is_error());
        assert!(!found, "{text}\n{}", render(text, &analysis.diagnostics));
    }
}

#[track_caller]
fn report(texts: &[&str], wanted: impl Fn(&Diagnostic) -> bool) -> String {
    let mut out = String::new();
    for text in texts {
        let analysis = analyze(text, &KONG, &Options::default());
        for line in text.trim_end().lines() {
            writeln!(out, "> {line}").unwrap();
        }
        let found: Vec<Diagnostic> = analysis.diagnostics.iter().filter(|d| wanted(d)).cloned().collect();
        out.push_str(&render(text, &found));
        for diagnostic in &found {
            for fix in &diagnostic.fixes {
                check_fix(text, &analysis, diagnostic, fix);
            }
        }
        let checked = analysis.rules().iter().all(|rule| rule.checked().is_some());
        assert!(checked || !analysis.is_valid(), "no error, and yet a rule is not checked: {text}");
    }
    out
}

/// After a fix the finding is gone and no error is new.
#[track_caller]
fn check_fix(text: &str, analysis: &Analysis, diagnostic: &Diagnostic, fix: &Fix) {
    let fixed = fix.apply(text);
    let after = analyze(&fixed, &KONG, &Options::default());
    let count = |analysis: &Analysis| analysis.diagnostics.iter().filter(|d| d.code == diagnostic.code).count();
    let errors = |analysis: &Analysis| analysis.diagnostics.iter().filter(|d| d.is_error()).count();
    let report = || format!("{} `{}`: {fixed}\n{}", diagnostic.code, fix.title, render(&fixed, &after.diagnostics));
    assert!(count(&after) < count(analysis), "the finding is still there: {}", report());
    assert!(errors(&after) <= errors(analysis), "a new error: {}", report());
}

/// Checks that a text has no finding at all.
#[track_caller]
pub(crate) fn check_clean(text: &str) {
    let analysis = analyze(text, &KONG, &Options::default());
    assert_eq!(render(text, &analysis.diagnostics), "", "{text}");
    assert!(analysis.rules().iter().all(|rule| rule.checked().is_some()), "{text}");
}

/// The findings with limits of one's own.
#[track_caller]
pub(crate) fn check_limits(text: &str, limits: Limits, expected: &Expect) {
    let options = Options { limits, ..Options::default() };
    let analysis = analyze(text, &KONG, &options);
    expected.assert_eq(&render(text, &analysis.diagnostics));
}

/// Compares the checked form of some rules with the expected ones.
#[track_caller]
pub(crate) fn check_hir(texts: &[&str], expected: &Expect) {
    expected.assert_eq(&forms(texts, &KONG));
}

/// The same with a catalog of one's own.
#[track_caller]
pub(crate) fn check_hir_with(catalog: &str, texts: &[&str], expected: &Expect) {
    let catalog = Catalog::from_json(catalog).unwrap_or_else(|found| panic!("{found:?}"));
    expected.assert_eq(&forms(texts, &catalog));
}

/// What is said about rules when advice on phases is asked for.
#[track_caller]
pub(crate) fn check_advice(texts: &[&str], expected: &Expect) {
    let options = Options { advise_on_phases: true, ..Options::default() };
    let mut out = String::new();
    for text in texts {
        let analysis = analyze(text, &KONG, &options);
        writeln!(out, "> {text}").unwrap();
        out.push_str(&render(text, &analysis.diagnostics));
    }
    expected.assert_eq(&out);
}

/// Texts with their findings and checked forms.
fn forms(texts: &[&str], catalog: &Catalog) -> String {
    let mut out = String::new();
    for text in texts {
        let analysis = analyze(text, catalog, &Options::default());
        let errors: Vec<Diagnostic> =
            analysis.diagnostics.iter().filter(|d| d.code != Code::BareUnit).cloned().collect();
        writeln!(out, "> {text}").unwrap();
        out.push_str(&render(text, &errors));
        if let Some(rule) = analysis.rules().last().and_then(|rule| rule.checked()) {
            writeln!(out, "{}", condition(rule.hir(), rule.hir().root.expect("a root"))).unwrap();
        }
    }
    out
}

/// Findings as text.
fn render(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for d in diagnostics {
        writeln!(out, "{} {} {} {}", d.code, d.severity.as_str(), d.span, d.message).unwrap();
        for label in &d.labels {
            writeln!(out, "  label {} {}", label.span, label.message).unwrap();
        }
        for note in &d.notes {
            writeln!(out, "  note {note}").unwrap();
        }
        for fix in &d.fixes {
            let how = match fix.applicability {
                tamis_lang::diagnostic::Applicability::Safe => "fix",
                tamis_lang::diagnostic::Applicability::Suggestion => "maybe",
            };
            writeln!(out, "  {how} {}: {}", fix.title, fix.apply(text)).unwrap();
        }
    }
    out
}

fn condition(hir: &Hir, id: ConditionId) -> String {
    let list = |ids: &[ConditionId], joint: &str| {
        format!("({})", ids.iter().map(|id| condition(hir, *id)).collect::<Vec<_>>().join(joint))
    };
    match &hir.condition(id).expect("a condition").kind {
        ConditionKind::Constant(truth) => truth.to_string(),
        ConditionKind::Not(inner) => format!("!{}", condition(hir, *inner)),
        ConditionKind::And(ids) => list(ids, " && "),
        ConditionKind::Or(ids) => list(ids, " || "),
        ConditionKind::Sample(threshold) => format!("sample({threshold})"),
        ConditionKind::Exists(field) => format!("exists({})", hir.field(*field).expect("a field").name),
        ConditionKind::Quantified { quantifier, source, variable, body } => {
            let name = &hir.field(*source).expect("a field").name;
            format!("{quantifier:?}(${} in {name}, {})", variable.0, condition(hir, *body))
        }
        ConditionKind::Test(test) => {
            let mode = if test.mode == Mode::Any { "some: " } else { "" };
            let not = if test.negated { "not " } else { "" };
            let right = match test.right {
                Right::Value(id) => value(hir, id),
                Right::Prepared(id) => prepared(&hir.prepared[id.0 as usize]),
            };
            format!("[{mode}{} {not}{} {right}]", value(hir, test.left), test.op.get().name)
        }
    }
}

fn value(hir: &Hir, id: ValueId) -> String {
    let field = |id: &crate::hir::FieldUseId| hir.field(*id).expect("a field").name.clone();
    match &hir.value(id).expect("a value").kind {
        ValueKind::Constant(constant) => constant.to_string(),
        ValueKind::Field(id) => field(id),
        ValueKind::Variable(id) => format!("${}", id.0),
        ValueKind::Call { builtin, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(|id| value(hir, *id)).collect();
            format!("{}({})", builtin.get().name, arguments.join(", "))
        }
        ValueKind::Default(left, right) => format!("({} ?? {})", value(hir, *left), value(hir, *right)),
        ValueKind::TextLen(id) => format!("len({})", value(hir, *id)),
        ValueKind::Count(id) => format!("count({})", field(id)),
        ValueKind::ListLen(id) => format!("list_len({})", field(id)),
    }
}

fn prepared(prepared: &Prepared) -> String {
    match prepared {
        Prepared::Pattern(pattern) => format!("/{}/", pattern.as_str()),
        Prepared::Threshold(threshold) => threshold.to_string(),
        Prepared::Set(set) => {
            let elements = set.elements().iter().map(|element| match element {
                Element::Value(value) => value.to_string(),
                Element::Range(low, high) => format!("{low}..{high}"),
            });
            format!("{{{}}}", elements.collect::<Vec<_>>().join(", "))
        }
    }
}
