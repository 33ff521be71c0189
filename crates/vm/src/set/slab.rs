//! Things with places that are used again.

/// A list whose free places are filled first.
#[derive(Clone, Debug)]
pub(super) struct Slab<T> {
    places: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    /// Adds one; answers its place, or none where there is no room.
    pub(super) fn insert(&mut self, one: T) -> Option<u64> {
        if let Some(place) = self.free.pop() {
            if let Some(free) = self.places.get_mut(place as usize) {
                *free = Some(one);
            }
            return Some(place.into());
        }
        let place = u32::try_from(self.places.len()).ok()?;
        self.places.push(Some(one));
        Some(place.into())
    }

    /// The one at a place.
    pub(super) fn get(&self, place: u64) -> Option<&T> {
        self.places.get(usize::try_from(place).ok()?)?.as_ref()
    }

    /// Takes the one at a place away.
    pub(super) fn remove(&mut self, place: u64) {
        let Some(taken) = usize::try_from(place).ok().and_then(|place| self.places.get_mut(place)) else { return };
        if taken.take().is_some()
            && let Ok(place) = u32::try_from(place)
        {
            self.free.push(place);
        }
    }
}
