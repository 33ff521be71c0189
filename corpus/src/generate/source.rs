//! Where a generator takes its decisions from.

/// A stream of decisions.
///
/// ```
/// use tamis_corpus::generate::Source;
/// let mut seeded = Source::seeded(7);
/// assert!((0..100).all(|_| seeded.below(6) < 6));
/// let mut chosen = Source::chosen(&[u32::MAX]);
/// assert_eq!((chosen.below(6), chosen.below(6)), (5, 0), "what is not chosen is zero");
/// ```
#[derive(Clone, Debug)]
pub struct Source<'a>(Kind<'a>);

#[derive(Clone, Debug)]
enum Kind<'a> {
    /// The state of a generator of pseudo-random numbers.
    Seeded(u64),
    /// What is left of a list.
    Chosen(std::slice::Iter<'a, u32>),
}

impl<'a> Source<'a> {
    /// Decisions that follow from a seed.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self(Kind::Seeded(seed))
    }

    /// Decisions from a list; zero once it is used up.
    #[must_use]
    pub fn chosen(choices: &'a [u32]) -> Self {
        Self(Kind::Chosen(choices.iter()))
    }

    /// 32 bits.
    pub fn bits(&mut self) -> u32 {
        match &mut self.0 {
            // SplitMix64 (Steele, Lea and Flood 2014): every seed is a good one.
            Kind::Seeded(state) => {
                *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0)
            }
            Kind::Chosen(choices) => choices.next().copied().unwrap_or(0),
        }
    }

    /// A number below `n`, or zero; a smaller choice gives a smaller number.
    pub fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX).min(1 << 32);
        usize::try_from((u64::from(self.bits()) * n) >> 32).unwrap_or(0)
    }

    /// True once in `n` times; never where the choices have run out.
    pub fn one_in(&mut self, n: usize) -> bool {
        n > 0 && self.below(n) == n - 1 && n > 1
    }

    /// One of several, the simplest first.
    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        let place = self.below(items.len());
        items.get(place)
    }

    /// One of several words, the simplest first; empty where there is none.
    pub fn word<'t>(&mut self, words: &[&'t str]) -> &'t str {
        self.pick(words).copied().unwrap_or_default()
    }

    /// 64 bits.
    pub fn long(&mut self) -> u64 {
        u64::from(self.bits()) << 32 | u64::from(self.bits())
    }
}
