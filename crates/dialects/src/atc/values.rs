//! The laws: from a test of one value to predicates over all values of a field.
//!
//! `f op l` is true where there is a value and every value passes, `any(f) op l` where some value passes.
//! With `P` a test, `some P` and `each P` what the mode `any` and the usual mode make of it, `there` that a value exists:
//!
//! | Test | `each` | `some` |
//! |---|---|---|
//! | an operator of Kong's expressions | `f op l` | `any(f) op l` |
//! | `not P`, without an operator of its own | `!(some P) && there` | `!(each P) && there` |
//! | `P and Q` | `each P && each Q` | nothing exact |
//! | `P or Q` | nothing exact | `some P || some Q` |
//! | every value passes | `there` | `there` |
//! | `there` | `f ^= ""`, or `any(f) == 0 \|\| any(f) != 0` | the same |
//!
//! Where a field has at most one value, `each` and `some` are the same, and `and` and `or` are exact in both.

use ipnet::IpNet;
use tamis_types::hir::Mode;

use super::formula::{FormulaId, Formulas};
use super::literal;
use super::refusal::Refusal;
use super::test::{NumberOperator, Numbers, Test, TextOperator};

/// How many single numbers are written out for a range or a gap.
const WRITTEN_OUT: u64 = 64;

/// A field whose values are tested.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name as Kong's expressions write it.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) kind: Kind,
    /// Whether it has one value at most.
    pub(crate) single: bool,
}

/// What a field holds there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Address,
    Network,
}

/// Writes tests of one field as formulas.
pub(crate) struct Laws<'a> {
    pub(crate) formulas: &'a mut Formulas,
    pub(crate) field: &'a Field,
    pub(crate) mode: Mode,
}

type Answer = Result<FormulaId, Refusal>;

impl Laws<'_> {
    /// A test, or its opposite, over the values of the field.
    pub(crate) fn formula(&mut self, test: &Test, negated: bool) -> Answer {
        match test {
            Test::Always | Test::Never => {
                let passes = matches!(test, Test::Always) != negated;
                Ok(if passes { self.there() } else { self.formulas.constant(false) })
            }
            Test::Text { operator, literal, lower } => Ok(self.text(*operator, literal, *lower, negated)),
            Test::Texts { texts, lower } => Ok(self.texts(texts, *lower, negated)),
            Test::Number { operator, literal } => {
                let operator = if negated { operator.negated() } else { *operator };
                Ok(self.number(operator, literal))
            }
            Test::Numbers(numbers) if negated => self.numbers(&numbers.complement()),
            Test::Numbers(numbers) => self.numbers(numbers),
            Test::Address(network) => Ok(self.address(*network, negated)),
            Test::Addresses(networks) => self.addresses(networks, negated),
            Test::Network(network) => {
                let sign = if negated { "!=" } else { "==" };
                Ok(self.predicate(self.mode, false, sign, &literal::network(*network)))
            }
        }
    }

    /// That the field has a value.
    pub(crate) fn there(&mut self) -> FormulaId {
        let value = match self.field.kind {
            Kind::Text => return self.predicate(Mode::All, false, "^=", "\"\""),
            Kind::Number => "0",
            Kind::Address => "0.0.0.0",
            Kind::Network => "0.0.0.0/0",
        };
        let equal = self.predicate(Mode::Any, false, "==", value);
        let other = self.predicate(Mode::Any, false, "!=", value);
        self.formulas.or(vec![equal, other])
    }

    fn predicate(&mut self, mode: Mode, lower: bool, sign: &str, right: &str) -> FormulaId {
        let name = &self.field.name;
        let left = if lower { format!("lower({name})") } else { name.clone() };
        let left = if mode == Mode::Any { format!("any({left})") } else { left };
        self.formulas.predicate(format!("{left} {sign} {right}"))
    }

    fn text(&mut self, operator: TextOperator, literal: &str, lower: bool, negated: bool) -> FormulaId {
        match (operator, negated) {
            (_, false) => self.predicate(self.mode, lower, operator.as_str(), literal),
            (TextOperator::Equal, true) => self.predicate(self.mode, lower, "!=", literal),
            (_, true) => {
                let other = if self.mode == Mode::Any { Mode::All } else { Mode::Any };
                let passes = self.predicate(other, lower, operator.as_str(), literal);
                let fails = self.formulas.not(passes);
                let there = self.there();
                self.formulas.and(vec![fails, there])
            }
        }
    }

    fn texts(&mut self, texts: &[String], lower: bool, negated: bool) -> FormulaId {
        let is_any = self.mode == Mode::Any;
        if self.field.single || is_any != negated || texts.len() < 2 {
            let sign = if negated { "!=" } else { "==" };
            let each = texts.iter().map(|text| literal::text(text)).collect::<Vec<_>>();
            let parts = each.iter().map(|text| self.predicate(self.mode, lower, sign, text)).collect();
            return if negated { self.formulas.and(parts) } else { self.formulas.or(parts) };
        }
        let escaped: Vec<String> = texts.iter().map(|text| regex_syntax::escape(text)).collect();
        let pattern = literal::pattern(&format!("^(?:{})$", escaped.join("|")));
        self.text(TextOperator::Matches, &pattern, lower, negated)
    }

    fn number(&mut self, operator: NumberOperator, literal: &str) -> FormulaId {
        self.predicate(self.mode, false, operator.as_str(), literal)
    }

    fn numbers(&mut self, numbers: &Numbers) -> Answer {
        match numbers.ranges() {
            [] => Ok(self.formulas.constant(false)),
            [(i64::MIN, i64::MAX)] => Ok(self.there()),
            _ if self.mode == Mode::Any || self.field.single => self.some_number(numbers),
            _ => self.each_number(numbers),
        }
    }

    /// Every number lies between the ends, and none in a gap.
    fn each_number(&mut self, numbers: &Numbers) -> Answer {
        let mut parts = Vec::new();
        let ends = (numbers.ranges().first(), numbers.ranges().last());
        if let (Some((low, _)), Some((_, high))) = ends {
            parts.extend(self.range(*low, *high, numbers.unit)?);
        }
        for gap in numbers.ranges().windows(2) {
            let [(_, before), (after, _)] = gap else { continue };
            let (low, high) = (before.saturating_add(1), after.saturating_sub(1));
            for n in self.written_out(low, high, numbers.unit)? {
                parts.push(self.number(NumberOperator::NotEqual, &n));
            }
        }
        Ok(self.formulas.and(parts))
    }

    /// Some number lies in one of the ranges.
    fn some_number(&mut self, numbers: &Numbers) -> Answer {
        let complement = numbers.complement();
        if let [(low, high)] = complement.ranges()
            && low == high
        {
            let literal = counted(*low, numbers.unit)?;
            return Ok(self.number(NumberOperator::NotEqual, &literal));
        }
        let mut parts = Vec::new();
        for &(low, high) in numbers.ranges() {
            let ends = self.range(low, high, numbers.unit)?;
            if ends.len() < 2 || self.field.single {
                parts.push(self.formulas.and(ends));
                continue;
            }
            for n in self.written_out(low, high, numbers.unit)? {
                parts.push(self.number(NumberOperator::Equal, &n));
            }
        }
        Ok(self.formulas.or(parts))
    }

    /// The ends of a range as comparisons, one or two; none of a range without ends.
    fn range(&mut self, low: i64, high: i64, unit: i64) -> Result<Vec<FormulaId>, Refusal> {
        if low == high && low != i64::MIN {
            let literal = counted(low, unit)?;
            return Ok(vec![self.number(NumberOperator::Equal, &literal)]);
        }
        let mut ends = Vec::new();
        if low != i64::MIN {
            let end = match counted(low, unit) {
                Ok(literal) => self.number(NumberOperator::GreaterOrEqual, &literal),
                Err(refusal) => {
                    let below = counted(low.saturating_sub(1), unit).map_err(|_| refusal)?;
                    self.number(NumberOperator::Greater, &below)
                }
            };
            ends.push(end);
        }
        if high != i64::MAX {
            let above = counted(high.saturating_add(1), unit);
            let end = match (counted(high, unit), above) {
                (Ok(literal), _) => self.number(NumberOperator::LessOrEqual, &literal),
                (Err(_), Ok(above)) => self.number(NumberOperator::Less, &above),
                (Err(refusal), Err(_)) => return Err(refusal),
            };
            ends.push(end);
        }
        Ok(ends)
    }

    /// Every number of a range.
    fn written_out(&self, low: i64, high: i64, unit: i64) -> Result<Vec<String>, Refusal> {
        if high.abs_diff(low) >= WRITTEN_OUT {
            let what =
                format!("`{}` may have several values, and Kong's expressions test them one by one", self.field.name);
            let exact = if self.mode == Mode::Any { "two conditions on one value" } else { "one of several ranges" };
            return Err(Refusal::several(format!("{what}; {exact} cannot be said exactly")).note(advice(self.mode)));
        }
        (low..=high).map(|n| counted(n, unit)).collect()
    }

    fn address(&mut self, network: IpNet, negated: bool) -> FormulaId {
        let (sign, right) = if network.prefix_len() == network.max_prefix_len() {
            (if negated { "!=" } else { "==" }, literal::address(network.addr()))
        } else {
            (if negated { "not in" } else { "in" }, literal::network(network))
        };
        self.predicate(self.mode, false, sign, &right)
    }

    fn addresses(&mut self, networks: &[IpNet], negated: bool) -> Answer {
        let exact = self.field.single || (self.mode == Mode::Any) != negated;
        let joined = if exact { Vec::new() } else { IpNet::aggregate(&networks.to_vec()) };
        match (joined.as_slice(), networks) {
            ([only], _) | (_, [only]) => Ok(self.address(*only, negated)),
            _ if !exact => {
                let name = &self.field.name;
                let message =
                    format!("`{name}` may have several values, and each may lie in another of these networks");
                Err(Refusal::several(message).note(advice(self.mode)))
            }
            _ => {
                let parts = networks.iter().map(|network| self.address(*network, negated)).collect();
                Ok(if negated { self.formulas.and(parts) } else { self.formulas.or(parts) })
            }
        }
    }
}

/// What to write instead.
fn advice(mode: Mode) -> &'static str {
    match mode {
        Mode::All => {
            "write `any(…)` around the field if one value is enough, or convert with `--one-value` if the field has one only"
        }
        Mode::Any => "convert with `--one-value` if the field has one value only",
    }
}

/// A number of ours in the unit of the field.
fn counted(n: i64, unit: i64) -> Result<String, Refusal> {
    match (n.checked_div_euclid(unit), n.checked_rem_euclid(unit)) {
        (Some(i64::MIN), _) => Err(Refusal::value("the smallest integer cannot be written in Kong's expressions")),
        (Some(whole), Some(0)) => Ok(whole.to_string()),
        _ => Err(Refusal::value(
            "the field counts in a unit in which this is no whole number, and Kong's numbers are whole",
        )),
    }
}
