//! A program as text, for people.

use std::fmt::{self, Display, Formatter, Write as _};
use std::ops::Range;

use tamis_lang::builtin::{Builtin, Form};
use tamis_lang::prepared::{Element, Prepared};
use tamis_lang::span::Span;
use tamis_lang::value::Value;
use tamis_types::hir::{Mode, Quantifier};

use crate::facts::FieldRef;
use crate::op::{
    Action, BodyLen, Bounds, Fold, Instruction, Level, Op, Operand, PreparedRef, Sign, Slot, SubjectKind, Target,
};
use crate::program::{Comparison, Program, Step};

/// Characters of rule text beside an instruction.
const SOURCE_WIDTH: usize = 60;
/// Characters of a set or pattern within an instruction; the table below has all of it.
const OPERAND_WIDTH: usize = 40;
/// Elements of a set in the table.
const SET_MEMBERS: usize = 64;

impl Program {
    /// The program as text: fields, instructions, sets and patterns.
    ///
    /// An instruction has a number, a mnemonic, operands and, after `?` and `:`, where evaluation goes if its condition
    /// holds and if it does not; the body of a quantifier is indented and ends with `pass` or `fail`.
    /// Given the text of the rule, each instruction is followed by the piece that it was made from.
    /// Control characters and invisible ones are written as escapes.
    ///
    /// The format is for reading and may change with any release.
    #[must_use]
    pub fn disassemble(&self, source: Option<&str>) -> String {
        let mut out = String::new();
        self.write_fields(&mut out);
        self.write_code(&mut out, source);
        self.write_prepared(&mut out);
        out
    }

    fn write_fields(&self, out: &mut String) {
        if self.fields.is_empty() {
            return;
        }
        let rows = self.fields.iter().map(|field| {
            let FieldRef { slot, name, ty, many, phase, sensitive, .. } = field;
            let marks = [(*many, "several values"), (*sensitive, "never shown")];
            let marks: Vec<_> = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
            [format!("f{slot}"), name.to_string(), ty.to_string(), phase.to_string(), marks.join(", ")]
        });
        out.push_str("fields\n");
        write_table(out, &rows.collect::<Vec<_>>());
        out.push('\n');
    }

    fn write_code(&self, out: &mut String, source: Option<&str>) {
        out.push_str("code\n");
        if self.is_empty() {
            let _ = writeln!(out, "  always {}", End { target: self.entry, in_body: false });
        }
        let mut rows: Vec<[String; 5]> = Vec::new();
        // The ends of the bodies around an instruction.
        let mut bodies: Vec<usize> = Vec::new();
        for (number, instruction) in self.instructions.iter().enumerate() {
            while bodies.last().is_some_and(|end| *end <= number) {
                bodies.pop();
            }
            let span = self.spans.get(number).copied();
            rows.push(self.instruction(number, instruction, bodies.len(), piece(source, span)));
            match instruction.op {
                Op::Quantified { body, .. } => bodies.push(number + 1 + body.0 as usize),
                Op::Compare { comparison } => {
                    let steps = self.comparison(comparison).map_or(&[][..], |comparison| &comparison.steps);
                    rows.extend(steps.iter().enumerate().map(|(at, step)| self.step(at, step, bodies.len())));
                }
                _ => {}
            }
        }
        write_table(out, &rows);
    }

    fn write_prepared(&self, out: &mut String) {
        if self.prepared.is_empty() {
            return;
        }
        out.push_str("\nsets and patterns\n");
        let rows =
            (0_u32..).zip(&self.prepared).map(|(place, prepared)| [format!("p{place}"), prepared_text(prepared)]);
        write_table(out, &rows.collect::<Vec<_>>());
    }

    /// The cells of an instruction.
    fn instruction(&self, number: usize, instruction: &Instruction, depth: usize, source: String) -> [String; 5] {
        let Instruction { op, then, otherwise } = *instruction;
        let in_body = depth > 0;
        let mut operands = Vec::new();
        op.operands(&mut |operand| {
            let text = self.operand(operand);
            if !text.is_empty() {
                operands.push(text);
            }
        });
        let (then, otherwise) = (End { target: then, in_body }, End { target: otherwise, in_body });
        let mnemonic = format!("{:indent$}{}", "", op.row().name, indent = 2 * depth);
        [number.to_string(), mnemonic, operands.join(" "), format!("? {then} : {otherwise}"), source]
    }

    /// The text of an operand; empty for what goes without saying.
    fn operand(&self, operand: Operand) -> String {
        match operand {
            Operand::Subject(subject) => match subject.kind() {
                SubjectKind::Field(slot) => self.field_name(slot),
                SubjectKind::Variable(level) => variable_name(level),
            },
            Operand::Field(slot) => self.field_name(slot),
            Operand::Variable(level) => format!("{} in", variable_name(level)),
            // Steps have a text of their own.
            Operand::Mode(Mode::All) | Operand::Sign(Sign::Plain) | Operand::Fold(Fold::Keep) | Operand::OfStep => {
                String::new()
            }
            Operand::Mode(Mode::Any) | Operand::Quantifier(Quantifier::Any) => "any".into(),
            Operand::Quantifier(Quantifier::All) => "all".into(),
            Operand::Quantifier(Quantifier::None) => "none".into(),
            Operand::Sign(Sign::Negated) => "not".into(),
            Operand::Bounds(bounds, value) => bounds_text(bounds, value),
            Operand::Address(address) => address.to_string(),
            Operand::Fold(Fold::Lower(function) | Fold::Upper(function)) | Operand::Builtin(function) => {
                function.get().name.into()
            }
            Operand::Text(text) => Value::String(self.text(text)).to_string(),
            Operand::Finder(finder) => {
                self.finder(finder).map_or_else(String::new, |finder| Value::String(finder.needle()).to_string())
            }
            Operand::Prepared(prepared) => self.prepared_name(prepared),
            Operand::Constant(constant) => self.constant(constant).map_or_else(String::new, ToString::to_string),
            Operand::Comparison(comparison) => {
                self.comparison(comparison).map_or_else(String::new, |comparison| self.comparison_text(comparison))
            }
            Operand::BodyLen(BodyLen(n)) => format!("(body: {n})"),
            Operand::Threshold(threshold) => format!("th:{threshold}"),
        }
    }

    fn comparison_text(&self, comparison: &Comparison) -> String {
        let mode = self.operand(Operand::Mode(comparison.mode));
        let sign = self.operand(Operand::Sign(comparison.sign));
        let right = comparison.prepared.map_or_else(|| "r1".to_owned(), |prepared| self.prepared_name(prepared));
        let words = [mode.as_str(), "r0", &sign, comparison.operator.get().name, &right];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The cells of a step of a comparison.
    fn step(&self, at: usize, step: &Step, depth: usize) -> [String; 5] {
        let into = step.into;
        let text = match step.action {
            Action::Constant { constant } => self.operand(Operand::Constant(constant)),
            Action::Field { slot, .. } => self.field_name(slot),
            Action::Variable { level } => variable_name(level),
            Action::Call { builtin, count } => call_text(builtin.get(), into..into.saturating_add(count.0)),
            Action::TextLen {} => format!("len(r{into})"),
            Action::Count { field } => format!("count({})", self.field_name(field)),
            Action::ListLen { field } => format!("len({})", self.field_name(field)),
            Action::OrElse { jump } => format!("go to .{} if r{into} has a value", jump.end),
        };
        let is_jump = matches!(step.action, Action::OrElse { .. });
        let text = if is_jump { text } else { format!("r{into} = {text}") };
        let name = format!("{:indent$}.{at}", "", indent = 2 * depth + 2);
        [String::new(), name, text, String::new(), String::new()]
    }

    fn field_name(&self, slot: Slot) -> String {
        self.field(slot).map_or_else(|| format!("f{}", slot.0), |field| field.name.to_string())
    }

    fn prepared_name(&self, place: PreparedRef) -> String {
        let text = self.prepared(place).map_or_else(String::new, prepared_text);
        if text.chars().count() > OPERAND_WIDTH { format!("p{}", place.0) } else { text }
    }
}

/// Where evaluation goes next, in words.
struct End {
    target: Target,
    /// Whether the instruction belongs to the body of a quantifier.
    in_body: bool,
}

impl Display for End {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.target, self.in_body) {
            (Target::PASS, false) => f.write_str("match"),
            (Target::FAIL, false) => f.write_str("no match"),
            (Target::PASS, true) => f.write_str("pass"),
            (Target::FAIL, true) => f.write_str("fail"),
            (target, _) => write!(f, "{}", target.index()),
        }
    }
}

fn variable_name(level: Level) -> String {
    format!("v{}", level.0)
}

/// A call on places, as it is written in a rule.
fn call_text(function: &Builtin, places: Range<u32>) -> String {
    let operands: Vec<_> = places.map(|place| format!("r{place}")).collect();
    match function.form {
        Form::Infix { .. } => operands.join(&format!(" {} ", function.name)),
        Form::Prefix { symbols: [symbol, ..], .. } => format!("{symbol}{}", operands.concat()),
        Form::Prefix { .. } | Form::Function { .. } | Form::Quantifier => {
            format!("{}({})", function.name, operands.join(", "))
        }
    }
}

/// Bounds as the comparison that they stand for.
fn bounds_text(bounds: Bounds, value: fn(i64) -> Value<'static>) -> String {
    let Bounds { low, high } = bounds;
    match (low, high) {
        _ if low > high => "in []".into(),
        _ if low == high => format!("== {}", value(low)),
        (i64::MIN, _) => bound_text("<=", value(high), "<", high.checked_add(1).map(value)),
        (_, i64::MAX) => bound_text(">=", value(low), ">", low.checked_sub(1).map(value)),
        _ => format!("in {}..{}", value(low), value(high)),
    }
}

/// A bound that belongs to the range, or the one next to it where that is a rounder number: `> 250ms`.
fn bound_text(within: &str, bound: Value<'_>, beyond: &str, next: Option<Value<'_>>) -> String {
    let text = bound.to_string();
    match next.map(|next| next.to_string()) {
        Some(next) if next.len() + 1 < text.len() => format!("{beyond} {next}"),
        _ => format!("{within} {text}"),
    }
}

/// A set or pattern as a literal.
fn prepared_text(prepared: &Prepared) -> String {
    match prepared {
        Prepared::Pattern(pattern) => Value::String(pattern.as_str().as_bytes()).to_string(),
        Prepared::Threshold(threshold) => format!("th:{threshold}"),
        Prepared::Set(set) => {
            let elements = set.elements();
            let mut texts: Vec<_> = elements.iter().take(SET_MEMBERS).map(element_text).collect();
            if elements.len() > SET_MEMBERS {
                texts.push(format!("… {} in all", elements.len()));
            }
            format!("[{}]", texts.join(", "))
        }
    }
}

fn element_text(element: &Element) -> String {
    match element {
        Element::Value(value) => value.to_string(),
        Element::Range(low, high) => format!("{low}..{high}"),
    }
}

/// The piece of rule text at a place, cut where it is long.
fn piece(source: Option<&str>, span: Option<Span>) -> String {
    let Some(text) = source.zip(span).and_then(|(source, span)| source.get(span.range())) else { return String::new() };
    let mut shown: String = text.chars().take(SOURCE_WIDTH).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("; {shown}")
}

/// Writes rows with their columns aligned; nothing in them can move the cursor or turn the direction of writing.
fn write_table<const N: usize>(out: &mut String, rows: &[[String; N]]) {
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| escaped(cell))).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            if width > 0 {
                let _ = write!(line, "  {cell:width$}");
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// The text with control characters, and those that turn the direction of writing, as escapes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_invisible(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Marks of writing direction, joiners, and the byte-order mark.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use tamis_lang::prepared::{Pattern, Set};
    use tamis_lang::ty::Ty;
    use tamis_lang::value::Constant;
    use tamis_types::hir::ValueKind;

    use super::*;
    use crate::compile::compile_hir;
    use crate::tests::build::{Rule, int, text};

    #[track_caller]
    fn check(rule: &Rule, source: Option<&str>, expected: &Expect) {
        expected.assert_eq(&compile_hir(&rule.hir).disassemble(source));
    }

    #[test]
    fn conditions_name_their_successors() {
        let source = "status >= 500 && status < 600 || (method == \"GET\" && status != 404)";
        let mut rule = Rule::default();
        let (status, method) = (rule.field("status", Ty::Int), rule.field("method", Ty::String));
        let test = |rule: &mut Rule, left, operator, right: Constant, piece| {
            let right = rule.constant(right);
            let id = rule.test(left, operator, right);
            rule.at(source, piece);
            id
        };
        let from = test(&mut rule, status, ">=", int(500), "status >= 500");
        let below = test(&mut rule, status, "<", int(600), "status < 600");
        let get = test(&mut rule, method, "==", text("GET"), "method == \"GET\"");
        let not_404 = test(&mut rule, status, "!=", int(404), "status != 404");
        let range = rule.and(&[from, below]);
        let other = rule.and(&[get, not_404]);
        rule.or(&[range, other]);
        check(
            &rule,
            Some(source),
            &expect![[r#"
                fields
                  f0  status  int     request_headers
                  f1  method  string  request_headers

                code
                  0  int      status in 500..599  ? match : 1         ; status >= 500 && status < 600
                  1  text.is  method "GET"        ? 2 : no match      ; method == "GET"
                  2  int      status not == 404   ? match : no match  ; status != 404
            "#]],
        );
    }

    #[test]
    fn bodies_of_quantifiers_are_indented() {
        let mut rule = Rule::default();
        let accept = rule.declare("accept", Ty::String);
        let value = rule.variable(0, Ty::String);
        let (prefix, part) = (rule.text("text/"), rule.text("q="));
        let starts = rule.test(value, "^=", prefix);
        let lower = rule.call("lower", &[value], Ty::String);
        let holds = rule.test(lower, "contains", part);
        let both = rule.and(&[starts, holds]);
        let any = rule.quantified(Quantifier::Any, accept, 0, both);
        let flag = rule.field("flag", Ty::Bool);
        let yes = rule.constant(Constant::Bool(true));
        let flagged = rule.test_in(Mode::Any, flag, "!=", yes);
        rule.and(&[any, flagged]);
        rule.hir.fields[0].many = true;
        rule.hir.fields[1].sensitive = true;
        check(
            &rule,
            None,
            &expect![[r#"
                fields
                  f0  accept  string  request_headers  several values
                  f1  flag    bool    request_headers  never shown

                code
                  0  bool           any not flag                ? 1 : no match
                  1  each           any v0 in accept (body: 2)  ? match : no match
                  2    text.starts  v0 "text/"                  ? 3 : fail
                  3    text.has     lower v0 "q="               ? pass : fail
            "#]],
        );
    }

    #[test]
    fn expressions_are_listed_step_by_step() {
        let mut rule = Rule::default();
        let (path, size) = (rule.field("path", Ty::String), rule.field("size", Ty::Int));
        let len = rule.value(ValueKind::TextLen(path), Ty::Int);
        let one = rule.int(1);
        let sum = rule.call("+", &[len, one], Ty::Int);
        let zero = rule.int(0);
        let or_zero = rule.value(ValueKind::Default(size, zero), Ty::Int);
        let first = rule.test_in(Mode::Any, sum, "<=", or_zero);
        let sizes = rule.declare("size", Ty::Int);
        let count = rule.value(ValueKind::Count(sizes), Ty::Int);
        let numbers = (0..40).map(|n| Element::Value(int(n))).collect();
        let second = rule.test_prepared(count, "not in", Prepared::Set(Set::new(numbers)));
        rule.or(&[first, second]);
        check(
            &rule,
            None,
            &expect![[r#"
                fields
                  f0  path  string  request_headers
                  f1  size  int     request_headers

                code
                  0  compare  r0 not in p0                ? match : 1
                       .0     r0 = count(size)
                  1  compare  any r0 <= r1                ? match : no match
                       .0     r0 = path
                       .1     r0 = len(r0)
                       .2     r1 = 1
                       .3     r0 = r0 + r1
                       .4     r1 = size
                       .5     go to .7 if r1 has a value
                       .6     r1 = 0

                sets and patterns
                  p0  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39]
            "#]],
        );
    }

    #[test]
    fn operands_of_every_type_are_literals() {
        let mut rule = Rule::default();
        let constants = [
            (Constant::Duration(250_000_000), ">", "latency"),
            (Constant::Size(8 << 10), "<=", "body"),
            (Constant::Ip("10.0.0.1".parse().unwrap()), "!=", "address"),
            (Constant::Network("10.0.0.0/8".parse().unwrap()), "==", "network"),
            (Constant::Float(0.5), "<", "share"),
            (text("*.css"), "not like", "path"),
            (int(i64::MIN), "<", "number"),
        ];
        let mut tests: Vec<_> = constants
            .into_iter()
            .map(|(constant, operator, name)| {
                let (field, constant) = (rule.field(name, constant.ty()), rule.constant(constant));
                rule.test(field, operator, constant)
            })
            .collect();
        let path = rule.field("path", Ty::String);
        tests.push(rule.test_prepared(path, "~", Prepared::Pattern(Pattern::new(r"^/v\d+", 1 << 20).unwrap())));
        let range = Element::Range(int(500), int(504));
        let number = rule.field("number", Ty::Int);
        tests.push(rule.test_prepared(number, "in", Prepared::Set(Set::new(vec![range, Element::Value(int(429))]))));
        rule.and(&tests);
        check(
            &rule,
            None,
            &expect![[r#"
                fields
                  f0  latency  duration  request_headers
                  f1  body     size      request_headers
                  f2  address  ip        request_headers
                  f3  network  network   request_headers
                  f4  share    float     request_headers
                  f5  path     string    request_headers
                  f6  number   int       request_headers

                code
                  0  kernel    network == 10.0.0.0/8      ? 1 : no match
                  1  duration  latency > 250ms            ? 2 : no match
                  2  size      body <= 8KiB               ? 3 : no match
                  3  kernel    share < 0.5                ? 4 : no match
                  4  int       number in []               ? 5 : no match
                  5  prepared  number in [500..504, 429]  ? 6 : no match
                  6  ip        address not 10.0.0.1       ? 7 : no match
                  7  prepared  path ~ "^/v\\d+"           ? 8 : no match
                  8  kernel    path not like "*.css"      ? match : no match

                sets and patterns
                  p0  "^/v\\d+"
                  p1  [500..504, 429]
            "#]],
        );
    }

    #[test]
    fn a_rule_that_is_always_the_same_has_no_instructions() {
        let mut rule = Rule::default();
        let (left, right) = (rule.int(1), rule.int(1));
        rule.test(left, "==", right);
        check(
            &rule,
            None,
            &expect![[r#"
            code
              always match
        "#]],
        );
    }

    #[test]
    fn rule_text_cannot_move_the_cursor() {
        let source = "host == \"\u{1b}[2J\u{202e}\n\u{7f}\" // é";
        let mut rule = Rule::default();
        let (host, wanted) = (rule.field("host", Ty::String), rule.text("\u{1b}[2J\u{202e}"));
        rule.test(host, "==", wanted);
        rule.at(source, source);
        check(
            &rule,
            Some(source),
            &expect![[r#"
            fields
              f0  host  string  request_headers

            code
              0  text.is  host "\u{1b}[2J\u{202e}"  ? match : no match  ; host == "\u{1b}[2J\u{202e}\n\u{7f}" // é
        "#]],
        );
        rule.hir.conditions[0].span = Span::new(0, 10_000);
        check(
            &rule,
            Some(source),
            &expect![[r#"
            fields
              f0  host  string  request_headers

            code
              0  text.is  host "\u{1b}[2J\u{202e}"  ? match : no match
        "#]],
        );
    }
}
