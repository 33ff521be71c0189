//! Requests that are asked for their values, one at a time.

use std::ffi::c_void;
use std::ops::ControlFlow;

use tamis::sampling::Randomness;
use tamis::{Fact, Facts, FieldRef, Value};

use crate::boundary::Text;
use crate::catalog::{Field, Type};
use crate::request::{FieldValue, plain};

/// A request of the caller's own, asked for a value only when a condition needs it.
///
/// It saves copying where a request has many values and rules look at few.
#[repr(C)]
#[derive(Debug)]
pub struct Source {
    /// Handed to `get`, and otherwise left alone.
    pub context: *mut c_void,
    /// Writes one value of a field to `out` and returns true, or returns false where there is none of that `place`.
    ///
    /// Places count from 0. The answers must not change while a rule runs; the bytes of a string must stay as they are
    /// for as long. It is called on the thread that runs the rule, and must return: no exception and no `longjmp`.
    pub get: Option<
        unsafe extern "C" fn(context: *mut c_void, field: *const Field, place: u32, out: *mut FieldValue) -> bool,
    >,
    /// What decides `sample`: the randomness of the trace, of which the lower 56 bits count.
    pub randomness: u64,
}

impl Source {
    fn value(&self, field: &FieldRef, place: u32) -> Option<Value<'_>> {
        let key = field.key.as_deref().map_or(Text::EMPTY, |key| Text::of(key.as_bytes()));
        let value_type = Type::from(field.ty) as u32;
        let asked = Field { id: u32::from(field.id.0), value_type, key };
        let mut value = FieldValue {
            value_type,
            address_len: 0,
            prefix_len: 0,
            integer: 0,
            floating: 0.0,
            text: Text::EMPTY,
            address: [0; 16],
        };
        let get = self.get?;
        // SAFETY: `get` is what the caller says it is, and both pointers are good for the call.
        if !unsafe { get(self.context, &raw const asked, place, &raw mut value) } {
            return None;
        }
        match plain(&value).ok()? {
            Some(value) => Some(value),
            // SAFETY: the caller promised that the bytes stay for as long as the rule runs.
            None => Some(Value::String(unsafe { value.text.bytes() }.ok()?)),
        }
    }
}

impl Facts for Source {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        let Some(value) = self.value(field, 0) else { return Fact::Absent };
        if self.value(field, 1).is_some() { Fact::Many } else { Fact::One(value) }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        for place in 0..=u32::MAX {
            let Some(value) = self.value(field, place) else { return };
            if visit(value).is_break() {
                return;
            }
        }
    }

    fn randomness(&self) -> Randomness {
        Randomness::new(self.randomness)
    }
}
