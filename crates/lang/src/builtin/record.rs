//! The shape of a record.

use crate::prepared::Prepared;
use crate::scratch::Scratch;
use crate::ty::Ty;
use crate::value::Value;

/// Everything about one operator or function.
#[derive(Debug)]
pub struct Builtin {
    /// The name in messages and documentation: the first spelling.
    pub name: &'static str,
    /// How it is written.
    pub form: Form,
    /// The types that it takes and gives.
    pub signatures: &'static [Signature],
    /// What an absent operand does.
    pub absent: Absent,
    /// What one evaluation may cost at most.
    pub cost: Cost,
    /// What it computes.
    pub eval: Eval,
    /// What it means, one sentence.
    pub summary: &'static str,
    /// What one should know beyond the summary; may be empty.
    pub details: &'static str,
    /// Rules that show it; all run in the tests.
    pub examples: &'static [Example],
    /// How other languages spell it.
    pub dialects: Dialects,
    /// The first release that has it.
    pub since: &'static str,
}

/// How an operator or function is written.
#[derive(Debug)]
pub enum Form {
    /// Between its operands.
    Infix {
        /// Spellings in symbols.
        symbols: &'static [&'static str],
        /// Spellings in words, one blank between two words.
        words: &'static [&'static str],
        /// How tightly it binds.
        power: Power,
    },
    /// Before its operand.
    Prefix {
        /// Spellings in symbols.
        symbols: &'static [&'static str],
        /// Spellings in words.
        words: &'static [&'static str],
    },
    /// `name(argument, …)`, with the names of the parameters.
    Function {
        /// The names of the parameters, for signature help.
        parameters: &'static [&'static str],
    },
    /// `name(variable in field, condition)`; `any` and `all` also as functions around an operand.
    Quantifier,
}

/// How tightly an infix operator binds, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// `&&` and `||`: one level, because a mix needs parentheses.
    Logic,
    /// Comparisons; they do not chain.
    Compare,
    /// `+` and `-`, from the left.
    Sum,
    /// `*`, `/` and `%`, from the left.
    Product,
    /// `??`; it does not chain.
    Default,
}

/// One overload.
#[derive(Debug)]
pub struct Signature {
    /// What it takes.
    pub parameters: &'static [Operand],
    /// Whether the last parameter may be repeated.
    pub variadic: bool,
    /// What it gives; a condition gives [`Ty::Bool`].
    pub result: Ty,
}

/// What a signature takes in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A value of this type.
    Value(Ty),
    /// A set or range whose elements have this type; for addresses, networks may be among them.
    Set(Ty),
    /// A string literal that holds a regular expression.
    Pattern,
    /// A field, present or not, of any type.
    Field,
    /// A condition.
    Condition,
    /// A literal probability.
    Probability,
}

/// What an absent operand does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Absent {
    /// The comparison is false.
    False,
    /// The result is absent, so the comparison around it is false.
    Absent,
    /// The operator has a meaning for it, told in its details.
    Handled,
}

/// An upper bound of one evaluation, in units of one comparison of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// The same for every value.
    Constant(u32),
    /// Grows with the bytes of the longest operand: per 16 bytes.
    PerText(u32),
    /// Grows with the bytes of the operands multiplied.
    PerTextSquared(u32),
    /// The sum of what it combines.
    Operands,
}

/// What a record computes.
#[derive(Clone, Copy, Debug)]
pub enum Eval {
    /// A pure function of ordinary values; `None` is an absent result.
    Pure(Kernel),
    /// A pure function of a value and of an operand that was built when the rule was compiled.
    Prepared(fn(&Value<'_>, &Prepared) -> Option<bool>),
    /// The opposite of another comparison, value by value; absent stays false.
    Negated(&'static Builtin),
    /// Not a function of values: the compiler knows it.
    Special(Special),
}

/// A pure function of values; what it makes lives in the scratch memory.
pub type Kernel = for<'a> fn(&[Value<'a>], &'a Scratch) -> Option<Value<'a>>;

/// What only the compiler can express.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Special {
    /// True where all operands are.
    And,
    /// True where some operand is.
    Or,
    /// True where the operand is false.
    Not,
    /// The left operand, or the right one where the left is absent.
    Default,
    /// Whether a field has a value.
    Exists,
    /// How many values a field has.
    Count,
    /// Bytes of a string or number of values of a list.
    Len,
    /// Whether some value satisfies a condition, or the mode of a comparison.
    Any,
    /// Whether every value satisfies a condition, or the mode of a comparison.
    All,
    /// Whether no value satisfies a condition.
    None,
}

/// A rule that shows an operator at work.
#[derive(Debug)]
pub struct Example {
    /// The rule, over the fields of the catalog `kong`.
    pub rule: &'static str,
    /// Facts as JSON: field to value or list of values.
    pub facts: &'static str,
    /// What the rule answers.
    pub outcome: Outcome,
}

/// What an example answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The request matches.
    Match,
    /// It does not.
    NoMatch,
}

/// How other languages spell an operator; none where they cannot say it.
#[derive(Debug)]
pub struct Dialects {
    /// Kong's expressions (atc-router 1.7.1).
    pub atc: Option<&'static str>,
    /// Common Expression Language.
    pub cel: Option<&'static str>,
    /// Cloudflare's rules (wirefilter).
    pub cloudflare: Option<&'static str>,
}

impl Builtin {
    /// Every spelling, symbols first.
    pub fn spellings(&self) -> impl Iterator<Item = &'static str> {
        let (symbols, words): (&'static [&'static str], &'static [&'static str]) = match self.form {
            Form::Infix { symbols, words, .. } | Form::Prefix { symbols, words } => (symbols, words),
            Form::Function { .. } | Form::Quantifier => (&[], &[]),
        };
        let own = self.form.is_function().then_some(self.name);
        symbols.iter().chain(words).copied().chain(own)
    }

    /// How tightly it binds, of an infix operator.
    #[must_use]
    pub const fn power(&self) -> Option<Power> {
        match self.form {
            Form::Infix { power, .. } => Some(power),
            Form::Prefix { .. } | Form::Function { .. } | Form::Quantifier => None,
        }
    }

    /// The comparison of which this one is the opposite.
    #[must_use]
    pub const fn negates(&self) -> Option<&'static Self> {
        match self.eval {
            Eval::Negated(positive) => Some(positive),
            Eval::Pure(_) | Eval::Prepared(_) | Eval::Special(_) => None,
        }
    }

    /// Whether it is true for a share of the requests.
    #[must_use]
    pub fn is_sample(&self) -> bool {
        self.signatures.iter().any(|signature| matches!(signature.parameters, [Operand::Probability, ..]))
    }

    /// What the compiler knows of it, of a special form.
    #[must_use]
    pub const fn special(&self) -> Option<Special> {
        match self.eval {
            Eval::Special(special) => Some(special),
            Eval::Pure(_) | Eval::Prepared(_) | Eval::Negated(_) => None,
        }
    }
}

impl Form {
    /// Whether it is written `name(…)`.
    #[must_use]
    pub const fn is_function(&self) -> bool {
        matches!(self, Self::Function { .. } | Self::Quantifier)
    }
}

/// A signature of ordinary values.
pub(super) const fn values(parameters: &'static [Operand], result: Ty) -> Signature {
    Signature { parameters, variadic: false, result }
}

/// An example that matches.
pub(super) const fn matches(rule: &'static str, facts: &'static str) -> Example {
    Example { rule, facts, outcome: Outcome::Match }
}

/// An example that does not match.
pub(super) const fn differs(rule: &'static str, facts: &'static str) -> Example {
    Example { rule, facts, outcome: Outcome::NoMatch }
}

/// The bytes of a string operand.
pub(super) fn text<'a>(operands: &[Value<'a>], place: usize) -> Option<&'a [u8]> {
    match operands.get(place) {
        Some(Value::String(bytes)) => Some(bytes),
        _ => None,
    }
}

/// Two strings.
pub(super) fn texts<'a>(operands: &[Value<'a>]) -> Option<(&'a [u8], &'a [u8])> {
    Some((text(operands, 0)?, text(operands, 1)?))
}
