//! The rules behind a key: one alone, or a list.

/// What marks the place of a list; rules have smaller numbers.
const LIST: u32 = 1 << 31;

/// Lists of rules. A key keeps 32 bits: a rule, or the place of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Postings {
    lists: Vec<Vec<u32>>,
    free: Vec<u32>,
}

impl Postings {
    /// What a key keeps after a rule was added to what it had.
    pub(super) fn add(&mut self, posting: Option<u32>, rule: u32) -> u32 {
        let Some(posting) = posting else { return rule };
        if posting & LIST == 0 {
            return if posting == rule { rule } else { self.new_list(vec![posting, rule]) };
        }
        if let Some(list) = self.lists.get_mut((posting & !LIST) as usize)
            && list.last() != Some(&rule)
        {
            // Lists grow by a quarter: most of them stay short.
            if list.len() == list.capacity() {
                list.reserve_exact((list.len() / 4).max(2));
            }
            list.push(rule);
        }
        posting
    }

    /// What a key keeps after a rule was removed; nothing where it was the last one.
    pub(super) fn remove(&mut self, posting: u32, rule: u32) -> Option<u32> {
        if posting & LIST == 0 {
            return (posting != rule).then_some(posting);
        }
        let place = posting & !LIST;
        let Some(list) = self.lists.get_mut(place as usize) else { return Some(posting) };
        if let Some(at) = list.iter().position(|known| *known == rule) {
            list.swap_remove(at);
        }
        match list.as_slice() {
            [] => {
                self.drop_list(place);
                None
            }
            [last] => {
                let last = *last;
                self.drop_list(place);
                Some(last)
            }
            _ => Some(posting),
        }
    }

    /// Visits the rules.
    #[inline]
    pub(super) fn each(&self, posting: u32, mut visit: impl FnMut(u32)) {
        if posting & LIST == 0 {
            return visit(posting);
        }
        for rule in self.lists.get((posting & !LIST) as usize).into_iter().flatten() {
            visit(*rule);
        }
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        self.lists.iter_mut().for_each(Vec::shrink_to_fit);
        self.lists.shrink_to_fit();
    }

    fn new_list(&mut self, list: Vec<u32>) -> u32 {
        if let Some(place) = self.free.pop() {
            if let Some(free) = self.lists.get_mut(place as usize) {
                *free = list;
            }
            return place | LIST;
        }
        // There are fewer lists than rules.
        let place = u32::try_from(self.lists.len()).unwrap_or(0);
        self.lists.push(list);
        place | LIST
    }

    fn drop_list(&mut self, place: u32) {
        if let Some(list) = self.lists.get_mut(place as usize) {
            *list = Vec::new();
        }
        self.free.push(place);
    }
}

/// Rules that may match, each once.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    rules: Vec<u32>,
    /// A bit for each rule that is among them.
    seen: Vec<u64>,
}

impl Candidates {
    /// Forgets all, and makes room.
    pub(super) fn reset(&mut self, n_rules: usize) {
        for rule in self.rules.drain(..) {
            if let Some(word) = self.seen.get_mut((rule / 64) as usize) {
                *word = 0;
            }
        }
        let words = n_rules.div_ceil(64);
        if self.seen.len() < words {
            self.seen.resize(words, 0);
        }
    }

    /// Adds a rule if it is not there.
    #[inline]
    pub(super) fn add(&mut self, rule: u32) {
        let Some(word) = self.seen.get_mut((rule / 64) as usize) else { return };
        let bit = 1 << (rule % 64);
        if *word & bit == 0 {
            *word |= bit;
            self.rules.push(rule);
        }
    }

    /// The rules, in no order.
    pub(super) fn rules(&self) -> &[u32] {
        &self.rules
    }
}
