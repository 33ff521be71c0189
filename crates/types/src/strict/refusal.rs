//! What the language has and atc-router 1.7.1 refuses: one record each.
//!
//! The rest of the strict edition only finds these things; what is said about them stands here.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::span::Span;

use crate::prose::quote;

/// What atc-router does with a rule that it does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its parser refuses the text.
    ParseError,
    /// Its parser takes the text, and the check against the schema refuses it with this sentence.
    TypeError(&'static str),
    /// It panics.
    Panic,
}

impl Answer {
    /// The code of what it refuses in this way.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::ParseError => Code::GatewayParseError,
            Self::TypeError(_) => Code::GatewayTypeError,
            Self::Panic => Code::GatewayPanic,
        }
    }

    fn note(self) -> String {
        match self {
            Self::ParseError => "atc-router 1.7.1 answers with a parse error".to_owned(),
            Self::TypeError(sentence) => format!("atc-router 1.7.1 answers `{sentence}`"),
            Self::Panic => "atc-router 1.7.1 panics, which ends the program where nobody catches it".to_owned(),
        }
    }
}

/// The sentences of atc-router's check against the schema.
const UNKNOWN: Answer = Answer::TypeError("Unknown LHS field");
const ORDER: Answer =
    Answer::TypeError("Greater/GreaterOrEqual/Lesser/LesserOrEqual operators only supports integer operands");
const IN: Answer = Answer::TypeError("In/NotIn operators only supports IP in CIDR");

/// Declares the records: what atc-router answers, what is said, and a rule that shows it.
macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident $answer:expr, $message:literal, $example:literal;)*) => {
        /// Something that atc-router 1.7.1 does not take.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Refusal {
            $($(#[$doc])* $variant,)*
        }

        impl Refusal {
            /// Every record.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// What atc-router answers.
            #[must_use]
            pub const fn answer(self) -> Answer {
                match self {
                    $(Self::$variant => $answer,)*
                }
            }

            /// What is said about it; `{}` stands for the text.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self {
                    $(Self::$variant => $message,)*
                }
            }

            /// A rule that has this and nothing else that is refused.
            ///
            /// Its fields are `i` (int), `s` (string), `ip`, `n` (network), `f` (float), `b` (bool), `d` (duration in
            /// milliseconds), `l` (several strings) and the family `h` of strings.
            #[must_use]
            pub const fn example(self) -> &'static str {
                match self {
                    $(Self::$variant => $example,)*
                }
            }
        }
    };
}

refusals! {
    /// A comment other than the line that names the edition.
    Comment Answer::ParseError, "atc-router has no comments", "i == 1 // one";
    /// A blank or an invisible character that is none of the four blanks.
    Blank Answer::ParseError, "atc-router takes only spaces, tabs and line breaks between words", "i ==\u{a0}1";
    /// `let` and `rule`.
    Item Answer::ParseError, "atc-router takes one condition, without {} and a name before it", "rule r = i == 1";

    /// A name with other characters.
    Name Answer::ParseError, "{} is no name in atc-router: a letter, then letters, digits, `_` and `.`", "h.x-y == \"a\"";
    /// A key in brackets.
    Key Answer::ParseError, "atc-router has no keys in brackets", "h[\"x\"] == \"a\"";

    /// Single quotes.
    Quotes Answer::ParseError, "atc-router has only double quotes", "s == 'a'";
    /// A raw string with another number of hashes than one.
    RawText Answer::ParseError, "atc-router writes a raw text with one hash, `r#\"…\"#`", "s == r\"a\"";
    /// An escape other than its five.
    Escape Answer::ParseError, "atc-router has only the escapes \\\" \\\\ \\n \\r \\t", "s == \"\\x41\"";
    /// An int in a form that it does not read.
    Number Answer::ParseError, "{} is no number in atc-router", "i == 1_000";
    /// A float.
    Float Answer::ParseError, "atc-router has no numbers with a point", "f == 1.5";
    /// A duration or a size.
    Quantity Answer::ParseError, "atc-router has no units", "d > 250ms";
    /// `true` or `false`.
    Truth Answer::ParseError, "atc-router has no truth values", "b == true";
    /// An IPv6 address that ends like an IPv4 address.
    Address Answer::ParseError, "atc-router does not read an IPv6 address that ends like an IPv4 address", "ip == ::ffff:10.0.0.1";
    /// `[1, 2]`
    Set Answer::ParseError, "atc-router has no sets", "i in [1, 2]";
    /// `1..5`
    Range Answer::ParseError, "atc-router has no ranges", "i in 1..5";
    /// A pattern that can match a part of a character.
    Pattern Answer::ParseError, "atc-router has no patterns that match bytes which are no text", "s ~ \"(?-u:\\\\xff)\"";

    /// `and` and `or`.
    Word Answer::ParseError, "atc-router does not know the word {}", "i == 1 and i == 2";
    /// `not` before a condition.
    Not Answer::ParseError, "atc-router does not know the word `not` before a condition", "not i == 1";
    /// `!` before something else than a parenthesis.
    Negation Answer::ParseError, "atc-router takes `!` only right before a parenthesis", "!!(i == 1)";
    /// An operator that it does not have.
    Operator Answer::ParseError, "atc-router has no operator {}", "s like \"a*\"";
    /// A function that it does not have.
    Function Answer::ParseError, "atc-router has only the functions `lower` and `any`", "exists(s)";
    /// `any(v in f, …)` and its like.
    Quantifier Answer::ParseError, "atc-router has no conditions over the values of a field", "any(v in l, v ^= \"a\" && v =^ \"b\")";

    /// A field, a truth value or a function alone.
    Alone Answer::ParseError, "atc-router has no condition without an operator", "b";
    /// Something else than a field on the left.
    Left Answer::ParseError, "atc-router has a field on the left of an operator", "1 == i";
    /// Something else than a literal on the right.
    Right Answer::ParseError, "atc-router has a literal on the right of an operator", "s == h.x";
    /// Parentheses around a value.
    Group Answer::ParseError, "atc-router has parentheses only around conditions", "i == (1)";

    /// A name that is not in the gateway's schema.
    Unknown UNKNOWN, "{} is a name that atc-router's schema does not have", "h.x.y == \"a\"";
    /// A field of a type that it does not have.
    Type UNKNOWN, "{} has a type that atc-router does not have", "f == 1";
    /// Order of something else than ints.
    Order ORDER, "atc-router orders only ints", "s < \"b\"";
    /// A network in a network.
    Membership IN, "atc-router has `in` only for an address and a network", "n in 10.0.0.0/8";

    /// `not` and `in` with anything but one space between them.
    NotIn Answer::Panic, "atc-router needs exactly one space between `not` and `in`", "ip not  in 10.0.0.0/8";
}

impl Refusal {
    /// The finding at a place of a text.
    pub(super) fn diagnostic(self, text: &str, span: Span) -> Diagnostic {
        let message = self.message().replace("{}", &quote(span.slice(text)));
        Diagnostic::new(self.answer().code(), span, message).note(self.answer().note())
    }
}
