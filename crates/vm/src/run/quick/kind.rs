//! The kinds of tests, in one table: what each is, and the function that runs it.

use super::piece::{self, Class};
use super::{Answer, Test, function};
use crate::facts::Facts;
use crate::program::Program;
use crate::run::text::Part;

/// Runs a test and answers where to go on.
pub(super) type Run<F> = fn(&Program, &F, &Test) -> Answer;

/// Makes the kinds and what belongs to each.
///
/// A text is compared in a part of it, with a constant of a class of lengths.
macro_rules! kinds {
    (
        values { $($(#[$doc:meta])* $kind:ident => $function:ident,)* }
        texts { $($text:ident => $part:ident $cut:ident, $class:ident $len:ident $same:ident $($texts:ident)?,)* }
    ) => {
        /// What is asked of a value; the operands of the test say the rest.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind {
            $($(#[$doc])* $kind,)*
            $(#[doc = concat!("Texts: ", stringify!($part), ", ", stringify!($class), ".")] $text,)*
        }

        impl Kind {
            const COUNT: usize = [$(stringify!($kind),)* $(stringify!($text),)*].len();

            /// The kind that compares a part of a text with a constant.
            pub(super) const fn of_text(part: Part, class: Class) -> Self {
                match (part, class) {
                    $((Part::$part, Class::$class) => Self::$text,)*
                }
            }
        }

        /// What runs tests of a kind.
        #[inline]
        pub(super) fn function<F: Facts + ?Sized>(kind: Kind) -> Run<F> {
            let functions: [Run<F>; Kind::COUNT] = const {
                [
                    $(function::$function,)*
                    $(|program, facts, test| function::text(program, facts, test, |text| {
                        piece::$cut(text, test.$len()).is_some_and(|piece| test.$same(piece $(, &program.$texts)?))
                    }),)*
                ]
            };
            functions.get(kind as usize).copied().unwrap_or(function::instruction)
        }
    };
}

kinds! {
    values {
        /// The instruction itself has to be asked.
        Instruction => instruction,
        /// An integer: the smallest, and how many lie above it.
        Int => int,
        /// A duration, in the same way.
        Duration => duration,
        /// A size, in the same way.
        Size => size,
        /// A boolean.
        Bool => bool,
        /// An integer: the smallest of a set, and the place of its bits.
        IntAmong => int_among,
        /// An integer: the place of a set.
        IntIn => int_in,
        /// A part of a text: the place of a searcher.
        TextHas => text_has,
        /// A text: the place of a set.
        TextIn => text_in,
        /// A text: the place of a pattern.
        TextMatches => text_matches,
        /// A text without regard to case: where the other one starts and ends.
        TextFolded => text_folded,
        /// An address: the IPv4 network, and the bits that count.
        Network => network,
        /// An address: the place of a set.
        AddressIn => address_in,
    }
    texts {
        IsFew => Whole whole, Few short is_few,
        IsFour => Whole whole, Four short is_four,
        IsEight => Whole whole, Eight short is_eight,
        IsMany => Whole whole, Many long is_many text,
        StartsFew => Start start, Few short is_few,
        StartsFour => Start start, Four short is_four,
        StartsEight => Start start, Eight short is_eight,
        StartsMany => Start start, Many long is_many text,
        EndsFew => End end, Few short is_few,
        EndsFour => End end, Four short is_four,
        EndsEight => End end, Eight short is_eight,
        EndsMany => End end, Many long is_many text,
    }
}
