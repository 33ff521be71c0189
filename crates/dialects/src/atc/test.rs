//! A test of one value: what a condition asks, apart from how many values there are.

use ipnet::IpNet;

/// A test.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// Every value passes.
    Always,
    /// No value passes.
    Never,
    /// A text beside another.
    Text { operator: TextOperator, literal: String, lower: bool },
    /// One of several texts.
    Texts { texts: Vec<String>, lower: bool },
    /// A number beside another, as it is written.
    Number { operator: NumberOperator, literal: String },
    /// A number in one of several ranges.
    Numbers(Numbers),
    /// An address, or one in a network.
    Address(IpNet),
    /// An address in one of several networks.
    Addresses(Vec<IpNet>),
    /// A network.
    Network(IpNet),
}

/// Operators between texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextOperator {
    /// `==`
    Equal,
    /// `^=`
    StartsWith,
    /// `=^`
    EndsWith,
    /// `contains`
    Contains,
    /// `~`
    Matches,
}

/// Operators between numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberOperator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Numbers as ranges, with what one of the other language's numbers stands for.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    /// Disjoint, not adjacent, in order; both ends belong to a range.
    ranges: Vec<(i64, i64)>,
    /// How many of ours one of theirs is: nanoseconds of a field that counts milliseconds.
    pub(crate) unit: i64,
}

impl Test {
    pub(crate) const fn text(operator: TextOperator, literal: String, lower: bool) -> Self {
        Self::Text { operator, literal, lower }
    }
}

impl TextOperator {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::StartsWith => "^=",
            Self::EndsWith => "=^",
            Self::Contains => "contains",
            Self::Matches => "~",
        }
    }

    /// The operator of this name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let all = [Self::Equal, Self::StartsWith, Self::EndsWith, Self::Contains, Self::Matches];
        all.into_iter().find(|operator| operator.as_str() == name)
    }
}

impl NumberOperator {
    const ALL: [Self; 6] =
        [Self::Equal, Self::NotEqual, Self::Less, Self::LessOrEqual, Self::Greater, Self::GreaterOrEqual];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The operator of this name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.as_str() == name)
    }

    /// The operator that answers the opposite.
    pub(crate) const fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// The operator with its sides swapped.
    pub(crate) const fn flipped(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }
}

impl Numbers {
    /// The numbers of some ranges.
    pub(crate) fn new(mut ranges: Vec<(i64, i64)>, unit: i64) -> Self {
        ranges.retain(|(low, high)| low <= high);
        ranges.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match merged.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Self { ranges: merged, unit }
    }

    /// The numbers that a comparison with one number takes.
    pub(crate) fn of_comparison(operator: NumberOperator, n: i64, unit: i64) -> Self {
        let (below, above) = (n.checked_sub(1), n.checked_add(1));
        let up_to = |high: Option<i64>| high.map(|high| (i64::MIN, high));
        let from = |low: Option<i64>| low.map(|low| (low, i64::MAX));
        let ranges = match operator {
            NumberOperator::Equal => vec![(n, n)],
            NumberOperator::NotEqual => up_to(below).into_iter().chain(from(above)).collect(),
            NumberOperator::Less => up_to(below).into_iter().collect(),
            NumberOperator::LessOrEqual => vec![(i64::MIN, n)],
            NumberOperator::Greater => from(above).into_iter().collect(),
            NumberOperator::GreaterOrEqual => vec![(n, i64::MAX)],
        };
        Self::new(ranges, unit)
    }

    pub(crate) fn ranges(&self) -> &[(i64, i64)] {
        &self.ranges
    }

    /// Every other number.
    pub(crate) fn complement(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = Some(i64::MIN);
        for &(low, high) in &self.ranges {
            if let (Some(start), Some(end)) = (next, low.checked_sub(1))
                && start <= end
            {
                ranges.push((start, end));
            }
            next = high.checked_add(1);
        }
        ranges.extend(next.map(|start| (start, i64::MAX)));
        Self { ranges, unit: self.unit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_merged_and_complemented() {
        let set = Numbers::new(vec![(502, 504), (500, 500), (501, 501), (7, 3)], 1);
        assert_eq!(set.ranges(), [(500, 504)]);
        assert_eq!(set.complement().ranges(), [(i64::MIN, 499), (505, i64::MAX)]);
        assert_eq!(set.complement().complement().ranges(), set.ranges());
        assert_eq!(Numbers::new(Vec::new(), 1).complement().ranges(), [(i64::MIN, i64::MAX)]);
    }

    #[test]
    fn a_comparison_is_the_complement_of_its_opposite() {
        for operator in NumberOperator::ALL {
            for n in [i64::MIN, -1, 0, 7, i64::MAX] {
                let (set, other) =
                    (Numbers::of_comparison(operator, n, 1), Numbers::of_comparison(operator.negated(), n, 1));
                assert_eq!(set.complement().ranges(), other.ranges(), "{operator:?} {n}");
            }
        }
    }
}
