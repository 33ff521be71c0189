//! Why a node does not load a program.

use std::fmt;

use tamis_lang::ty::Ty;

use super::feature::FeatureKind;

/// Why a program is not loaded, and where that was found.
///
/// Its text names the place, what is wrong, and what was expected and found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: Reason,
}

/// A part of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The header.
    Header,
    /// The table of what the program needs.
    Needs,
    /// A field, by its slot.
    Field(u32),
    /// The texts.
    Texts,
    /// A searched text.
    Needle(u32),
    /// A set or pattern.
    Prepared(u32),
    /// A constant.
    Constant(u32),
    /// A comparison of expressions.
    Comparison(u32),
    /// A step of a comparison.
    Step {
        /// The comparison.
        comparison: u32,
        /// The step.
        step: u32,
    },
    /// An instruction.
    Instruction(u32),
    /// Where evaluation starts.
    Entry,
    /// The table of phases.
    Phases,
    /// The places of the conditions in the rule's text.
    SourceMap,
    /// The rule's text.
    Source,
    /// The bytes behind the last part.
    End,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("header"),
            Self::Needs => f.write_str("needs"),
            Self::Field(n) => write!(f, "field {n}"),
            Self::Texts => f.write_str("texts"),
            Self::Needle(n) => write!(f, "searched text {n}"),
            Self::Prepared(n) => write!(f, "set or pattern {n}"),
            Self::Constant(n) => write!(f, "constant {n}"),
            Self::Comparison(n) => write!(f, "comparison {n}"),
            Self::Step { comparison, step } => write!(f, "comparison {comparison}, step {step}"),
            Self::Instruction(n) => write!(f, "instruction {n}"),
            Self::Entry => f.write_str("entry"),
            Self::Phases => f.write_str("phases"),
            Self::SourceMap => f.write_str("source map"),
            Self::Source => f.write_str("source"),
            Self::End => f.write_str("end"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl std::error::Error for Refusal {}

/// Makes the reasons: documentation, variant, stable code, fields, and the text in which they stand.
macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident $code:literal { $($(#[$about:meta])* $field:ident: $ty:ty),* $(,)? } $text:literal)*) => {
        /// Why a program is not loaded.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[$doc])* $variant { $($(#[$about])* $field: $ty),* },)*
        }

        impl Reason {
            /// The code of every reason, in the order of the documentation.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// A name that never changes, for programs that count refusals.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)*
                }
            }
        }

        impl fmt::Display for Reason {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant { $($field),* } => write!(f, $text),)*
                }
            }
        }
    };
}

reasons! {
    /// The first bytes are others.
    NotBytecode "not-bytecode" {} "this is no program: the first eight bytes are not those of one"
    /// The program needs a later version.
    TooNew "too-new" {
        /// The version that it needs.
        found: u16,
        /// The latest version that the node has.
        supported: u16,
    } "the program needs bytecode version {found}, and the node has {supported}"
    /// The version is not that of what the program needs.
    WrongVersion "wrong-version" {
        /// The version that its parts need.
        expected: u16,
        /// The version in the header.
        found: u16,
    } "what the program needs came with bytecode version {expected}, and the header says {found}"
    /// More bytes than the node takes.
    TooLong "too-long" {
        /// The most.
        limit: usize,
        /// How many there are.
        found: usize,
    } "the program has {found} bytes, and the node takes at most {limit}"
    /// The bytes end too early.
    Truncated "truncated" {
        /// How many bytes this part takes at least.
        wanted: usize,
        /// How many are left.
        left: usize,
    } "the bytes end too early: expected {wanted} more, found {left}"
    /// There are bytes behind the last part.
    Trailing "trailing-bytes" {
        /// How many.
        found: usize,
    } "expected the end, found {found} more bytes"
    /// A text is not UTF-8.
    NotText "not-utf8" {} "expected UTF-8, found other bytes"
    /// A byte that stands for one of a few.
    BadByte "bad-byte" {
        /// What it stands for.
        what: &'static str,
        /// The first that is not allowed.
        allowed: u8,
        /// The byte.
        found: u8,
    } "expected a number below {allowed} for {what}, found {found}"
    /// An address of no family.
    BadFamily "bad-address-family" {
        /// The byte.
        found: u8,
    } "expected address family 4 or 6, found {found}"
    /// A threshold above 2^56.
    BadThreshold "bad-threshold" {
        /// The number.
        found: u64,
    } "expected a threshold of at most 2^56, found {found}"
    /// A network with host bits, or with a prefix that its family does not have.
    BadNetwork "bad-network" {
        /// The network.
        found: String,
    } "expected a network with its host bits zero, found `{found}`"
    /// A not-a-number that is not the usual one.
    BadFloat "bad-float" {
        /// Its bits.
        found: u64,
    } "expected a number or the usual not-a-number, found the bits {found:#018x}"
    /// A place in the text that ends before it begins.
    InvertedSpan "inverted-span" {
        /// Where it begins.
        start: u32,
        /// Where it ends.
        end: u32,
    } "expected a place that ends behind its beginning {start}, found the end {end}"
    /// A place outside the text.
    SpanOutside "span-outside" {
        /// How many bytes the text has.
        len: usize,
        /// Where the place ends.
        found: u32,
    } "expected a place within the {len} bytes of the rule, found one that ends at {found}"
    /// Another number of places than of instructions.
    SpanCount "span-count" {
        /// How many instructions there are.
        expected: usize,
        /// How many places.
        found: usize,
    } "expected {expected} places, one for each instruction, found {found}"
    /// A name that this release does not know.
    UnknownName "unknown-name" {
        /// What it names.
        kind: FeatureKind,
        /// The name.
        name: String,
    } "the node does not know the {kind} `{name}`"
    /// A feature that this release knows and the node lacks.
    Unsupported "unsupported" {
        /// What it is.
        kind: FeatureKind,
        /// Its name.
        name: &'static str,
        /// The version that brought it.
        since: u16,
    } "the node does not have the {kind} `{name}`, which came with bytecode version {since}"
    /// Names out of order, or twice.
    Unsorted "unsorted" {
        /// The name before.
        before: String,
        /// The name.
        name: String,
    } "expected names in order, found `{name}` behind `{before}`"
    /// The table of needs is not what the program uses.
    WrongNeeds "wrong-needs" {
        /// What it names.
        kind: FeatureKind,
        /// What the program uses.
        expected: String,
        /// What the table has.
        found: String,
    } "expected the {kind}s that the program uses, {expected}, found {found}"
    /// The node's catalog has no such field.
    UnknownField "unknown-field" {
        /// Its name.
        name: String,
    } "the node's catalog has no field `{name}`"
    /// The node's gateway is older than the field.
    FieldTooNew "field-too-new" {
        /// Its name.
        name: String,
        /// The first gateway version that has it.
        since: String,
        /// The version of the node's gateway.
        found: String,
    } "the field `{name}` came with gateway {since}, and the node runs {found}"
    /// The node's catalog says otherwise about a field.
    FieldDiffers "field-differs" {
        /// Its name.
        name: String,
        /// Which property.
        what: &'static str,
        /// What the node's catalog says.
        expected: String,
        /// What the program was compiled with.
        found: String,
    } "the {what} of the field `{name}` is {expected} on the node, and the program was compiled with {found}"
    /// A field that stands in the table twice.
    FieldTwice "field-twice" {
        /// Its name.
        name: String,
    } "the field `{name}` stands in the table twice"
    /// A place in a table that has fewer rows.
    Outside "outside" {
        /// Which table.
        table: &'static str,
        /// How many rows it has.
        len: usize,
        /// The place.
        found: u64,
    } "expected a place among the {len} {table}, found {found}"
    /// Values of another type than the operation takes.
    WrongType "wrong-type" {
        /// The type that it takes.
        expected: Ty,
        /// The type of the values.
        found: Ty,
    } "expected {expected} values, found {found}"
    /// An operator that does not take what it is given.
    NoOverload "no-overload" {
        /// The operator.
        name: &'static str,
        /// What it is given.
        found: String,
    } "expected operands that `{name}` takes, found {found}"
    /// A function that does something else.
    WrongFunction "wrong-function" {
        /// What is needed.
        expected: &'static str,
        /// The function.
        found: &'static str,
    } "expected {expected}, found `{found}`"
    /// A set whose elements have several types.
    MixedSet "mixed-set" {
        /// The type of the first element.
        expected: Ty,
        /// The other type.
        found: Ty,
    } "expected a set of {expected} elements, found {found} among them"
    /// A range whose ends are of two types, or of one that has none.
    BadRange "bad-range" {
        /// The range.
        found: String,
    } "expected a range of two values of one ordered type, found `{found}`"
    /// More of something than the node takes.
    TooMany "too-many" {
        /// What there is too much of.
        what: &'static str,
        /// The most.
        limit: u64,
        /// How many there are.
        found: u64,
    } "the program has {found} {what}, and the node takes at most {limit}"
    /// No regular expression.
    BadPattern "bad-pattern" {
        /// Why not.
        why: String,
    } "expected a regular expression, found one that does not compile: {why}"
    /// A regular expression that takes too much memory.
    PatternTooLarge "pattern-too-large" {
        /// How many bytes it may take.
        limit: usize,
    } "the regular expression takes more than {limit} bytes"
    /// A jump backwards, to itself, or out of its block.
    BadTarget "bad-target" {
        /// The first instruction that it may go to.
        first: u32,
        /// The first one behind the block.
        end: u32,
        /// Where it goes.
        found: u32,
    } "expected a target from {first} on and before {end}, or an end, found {found}"
    /// A jump into the body of a quantifier.
    IntoBody "into-body" {
        /// Where it goes.
        found: u32,
    } "expected a target outside the bodies of quantifiers, found {found}, which is within one"
    /// A body without instructions, or one that ends behind its block.
    BadBody "bad-body" {
        /// How many instructions the body may have.
        room: u32,
        /// How many it has.
        found: u32,
    } "expected a body of 1 to {room} instructions, found {found}"
    /// A quantifier that does not bind the next variable.
    WrongVariable "wrong-variable" {
        /// How many quantifiers are around it.
        expected: u32,
        /// Which variable it binds.
        found: u32,
    } "expected the variable {expected}, found {found}"
    /// A variable that no quantifier around it binds.
    UnboundVariable "unbound-variable" {
        /// How many quantifiers are around it.
        depth: u32,
        /// The variable.
        found: u32,
    } "expected a variable below {depth}, found {found}"
    /// A share within a quantifier, or negated.
    MisplacedShare "misplaced-share" {
        /// Where it stands.
        found: &'static str,
    } "expected a share outside quantifiers and not negated, found one {found}"
    /// Shares that cannot be shown to be sound within the work that a node does for it.
    TangledShares "tangled-shares" {} "the conditions around a share are too entangled to be verified"
    /// A step that lacks an operand.
    MissingOperand "missing-operand" {
        /// How many operands it takes.
        expected: usize,
        /// How many values there are.
        found: usize,
    } "expected {expected} values to work on, found {found}"
    /// Values that are left over, or missing, at the end of the steps.
    WrongResults "wrong-results" {
        /// How many sides the operator takes from the steps.
        expected: usize,
        /// How many values the steps leave.
        found: usize,
    } "expected steps that leave {expected} values, found {found}"
    /// A `??` whose right side ends in the wrong place, or leaves something else than one value.
    BadDefault "bad-default" {
        /// The step behind the right side.
        found: u32,
    } "expected a right side of `??` that leaves one value at its end, found the end {found}"
    /// A program that would rather not say what it costs.
    CostsMore "costs-more" {
        /// What the header says.
        declared: u64,
        /// What it costs.
        found: u64,
    } "the program declares a cost of {declared}, and it can cost {found}"
    /// A program that costs more than the node allows.
    TooCostly "too-costly" {
        /// The most.
        limit: u64,
        /// What it may cost.
        found: u64,
    } "the program can cost {found}, and the node allows {limit}"
    /// The table of phases is not that of the program.
    WrongMoments "wrong-moments" {
        /// What follows from the program.
        expected: String,
        /// What the table says.
        found: String,
    } "expected {expected}, found {found}"
}
