//! Requests: the values that rules look at, filled in by the caller.

use std::ffi::c_char;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::ControlFlow;
use std::sync::Arc;

use ipnet::IpNet;
use tamis::catalog::FieldId;
use tamis::sampling::{Randomness, TraceState, trace_of_parent};
use tamis::set::Memory;
use tamis::{Fact, Facts, FieldRef, Scratch, Value};

use crate::boundary::{Ending, Status, Text, free, guard, put_new, read, write};
use crate::catalog::{Catalog, Field, Type};

/// One value.
///
/// `value_type` says which of the other members count; those that do not may hold anything.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct FieldValue {
    /// The type, a `tamis_type`.
    pub value_type: u32,
    /// How many of the bytes of `address` there are: 4 or 16.
    pub address_len: u8,
    /// The bits of a network.
    pub prefix_len: u8,
    /// A boolean, an integer, nanoseconds or bytes.
    pub integer: i64,
    /// A floating-point number.
    pub floating: f64,
    /// A string, which need not be UTF-8.
    pub text: Text,
    /// An address in network order.
    pub address: [u8; 16],
}

/// The values of one request, and the memory that evaluating needs.
///
/// Strings are not copied: their bytes must stay as they are until the request is reset or freed.
/// One thread at a time may use it; a worker keeps one and resets it from request to request, which allocates nothing
/// once it has grown.
#[derive(Debug)]
pub struct Request {
    pub(crate) facts: Filled,
    pub(crate) scratch: Scratch,
    pub(crate) memory: Memory,
    /// The numbers of the rules of a set that matched last.
    pub(crate) found: Vec<u32>,
}

/// The values of one request.
#[derive(Debug)]
pub(crate) struct Filled {
    pub(crate) catalog: Arc<tamis::Catalog>,
    /// By field the last entry, counted from one; 0 where there is none.
    last: Vec<u32>,
    entries: Vec<Entry>,
    /// The fields that have entries.
    used: Vec<u32>,
    keys: Vec<u8>,
    randomness: Randomness,
}

#[derive(Debug)]
struct Entry {
    /// The entry of the same field before this one, counted from one.
    before: u32,
    /// Where its key is.
    key: std::ops::Range<usize>,
    /// The bytes of a string are the caller's, who leaves them alone until the request is reset, which forgets this.
    value: Value<'static>,
}

impl Filled {
    fn new(catalog: Arc<tamis::Catalog>) -> Self {
        let last = vec![0; catalog.fields().len()];
        let randomness = Randomness::default();
        Self { catalog, last, entries: Vec::new(), used: Vec::new(), keys: Vec::new(), randomness }
    }

    fn reset(&mut self) {
        for field in self.used.drain(..) {
            if let Some(last) = self.last.get_mut(field as usize) {
                *last = 0;
            }
        }
        self.entries.clear();
        self.keys.clear();
        self.randomness = Randomness::default();
    }

    /// The type of the values of a field.
    fn type_of(&self, field: u32) -> Result<Type, Status> {
        let id = u16::try_from(field).map_err(|_| Status::Unknown)?;
        Ok(Type::from(self.catalog.field(FieldId(id)).ok_or(Status::Unknown)?.ty))
    }

    /// Adds a value to a field.
    fn add(&mut self, field: u32, key: &str, value: Value<'static>, value_type: u32) -> Ending {
        let id = u16::try_from(field).map_err(|_| Status::Unknown)?;
        let record = self.catalog.field(FieldId(id)).ok_or(Status::Unknown)?;
        if Type::from(record.ty) as u32 != value_type {
            return Err(Status::WrongType);
        }
        let start = self.keys.len();
        if !key.is_empty() {
            self.keys.extend_from_slice(record.normalised_key(key).as_bytes());
        }
        let number = u32::try_from(self.entries.len() + 1).map_err(|_| Status::OutOfRange)?;
        let last = self.last.get_mut(field as usize).ok_or(Status::Unknown)?;
        if *last == 0 {
            self.used.push(field);
        }
        self.entries.push(Entry { before: *last, key: start..self.keys.len(), value });
        *last = number;
        Ok(())
    }

    /// The entry with a number.
    #[inline]
    fn entry(&self, number: u32) -> Option<&Entry> {
        self.entries.get((number as usize).wrapping_sub(1))
    }

    /// The last entry of a field among those up to the one with a number.
    #[inline]
    fn find(&self, mut number: u32, key: Option<&str>) -> Option<&Entry> {
        let key = key.unwrap_or_default().as_bytes();
        while let Some(entry) = self.entry(number) {
            // Most fields have no key, and comparing nothing with nothing is still a call.
            let is_same =
                entry.key.len() == key.len() && (key.is_empty() || self.keys.get(entry.key.clone()) == Some(key));
            if is_same {
                return Some(entry);
            }
            number = entry.before;
        }
        None
    }

    /// The number of the last entry of a field, whatever its key.
    #[inline]
    fn last(&self, field: &FieldRef) -> u32 {
        self.last.get(usize::from(field.id.0)).copied().unwrap_or(0)
    }
}

impl Facts for Filled {
    #[inline]
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        let last = self.last(field);
        if last == 0 {
            return Fact::Absent;
        }
        let key = field.key.as_deref();
        match self.find(last, key) {
            None => Fact::Absent,
            Some(entry) if self.find(entry.before, key).is_some() => Fact::Many,
            Some(entry) => Fact::One(entry.value),
        }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        let mut number = self.last(field);
        while let Some(entry) = self.find(number, field.key.as_deref()) {
            if visit(entry.value).is_break() {
                return;
            }
            number = entry.before;
        }
    }

    fn randomness(&self) -> Randomness {
        self.randomness
    }
}

/// A value as the machine sees it; of a string nothing is read.
pub(crate) fn plain(value: &FieldValue) -> Result<Option<Value<'static>>, Status> {
    let is = |ty: Type| value.value_type == ty as u32;
    let plain = if is(Type::Bool) {
        Value::Bool(value.integer != 0)
    } else if is(Type::Int) {
        Value::Int(value.integer)
    } else if is(Type::Float) {
        Value::Float(value.floating)
    } else if is(Type::Duration) {
        Value::Duration(value.integer)
    } else if is(Type::Size) {
        Value::Size(value.integer)
    } else if is(Type::Ip) {
        Value::Ip(address(value)?)
    } else if is(Type::Network) {
        let network = IpNet::new(address(value)?, value.prefix_len).map_err(|_| Status::OutOfRange)?;
        Value::Network(network.trunc())
    } else if is(Type::String) {
        return Ok(None);
    } else {
        return Err(Status::OutOfRange);
    };
    Ok(Some(plain))
}

fn address(value: &FieldValue) -> Result<IpAddr, Status> {
    let [a, b, c, d, ..] = value.address;
    match value.address_len {
        4 => Ok(Ipv4Addr::new(a, b, c, d).into()),
        16 => Ok(Ipv6Addr::from(value.address).into()),
        _ => Err(Status::OutOfRange),
    }
}

/// The place and the key of a field.
///
/// # Safety
///
/// `field` is readable, its key included.
unsafe fn named<'a>(field: *const Field) -> Result<(u32, &'a str), Status> {
    // SAFETY: the caller's promise.
    let field = unsafe { read(field) }?;
    // SAFETY: the caller's promise.
    Ok((field.id, unsafe { field.key.text() }?))
}

/// A request without values.
///
/// # Safety
///
/// `catalog` is a handle; `out` points to memory for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_request_new(catalog: *const Catalog, out: *mut *mut Request) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let catalog = unsafe { read(catalog) }?;
        let request = Request {
            facts: Filled::new(Arc::clone(&catalog.0)),
            scratch: Scratch::default(),
            memory: Memory::default(),
            found: Vec::new(),
        };
        // SAFETY: the caller's promise.
        unsafe { put_new(out, request) }
    })
}

/// Frees a request.
///
/// # Safety
///
/// `request` is null or a handle that was not freed and that nobody uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_request_free(request: *mut Request) {
    // SAFETY: the caller's promise.
    unsafe { free(request) };
}

/// Forgets the values and the trace of a request, and keeps its memory.
///
/// # Safety
///
/// `request` is a handle that nobody else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_request_reset(request: *mut Request) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        unsafe { write(request) }?.facts.reset();
        Ok(())
    })
}

/// Adds a value to a field; a field may have several.
///
/// # Returns
///
/// `TAMIS_STATUS_WRONG_TYPE` if the field has another type, `TAMIS_STATUS_OUT_OF_RANGE` for an address that is none.
/// The request is then as it was.
///
/// # Safety
///
/// `request` is a handle that nobody else uses; `field` and `value` are readable; the bytes of its string stay as they are until the
/// request is reset or freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_request_add(
    request: *mut Request,
    field: *const Field,
    value: *const FieldValue,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (request, value, (field, key)) = unsafe { (write(request)?, read(value)?, named(field)?) };
        let stored = match plain(value)? {
            Some(value) => value,
            // SAFETY: the caller's promise; the bytes are forgotten when the request is reset.
            None => Value::String(unsafe { value.text.bytes() }?),
        };
        request.facts.add(field, key, stored, value.value_type)
    })
}

/// Adds a string to a field.
///
/// # Returns
///
/// As `tamis_request_add`.
///
/// # Safety
///
/// `request` is a handle that nobody else uses; `field` is readable; the bytes of `text` stay as they are until the request is reset or
/// freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_request_add_text(
    request: *mut Request,
    field: *const Field,
    text: *const c_char,
    text_len: usize,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise; the bytes are forgotten when the request is reset.
        let (request, (field, key), text) =
            unsafe { (write(request)?, named(field)?, Text::new(text, text_len).bytes()?) };
        request.facts.add(field, key, Value::String(text), Type::String as u32)
    })
}

/// Adds an integer to a field: also nanoseconds, bytes, and 0 or 1 for a boolean, as the type of the field says.
///
/// # Returns
///
/// As `tamis_request_add`.
///
/// # Safety
///
/// `request` is a handle that nobody else uses; `field` is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_request_add_integer(request: *mut Request, field: *const Field, integer: i64) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (request, (field, key)) = unsafe { (write(request)?, named(field)?) };
        let ty = request.facts.type_of(field)?;
        let value = match ty {
            Type::Bool => Value::Bool(integer != 0),
            Type::Int => Value::Int(integer),
            Type::Duration => Value::Duration(integer),
            Type::Size => Value::Size(integer),
            Type::Float | Type::String | Type::Ip | Type::Network => return Err(Status::WrongType),
        };
        request.facts.add(field, key, value, ty as u32)
    })
}

/// Adds an address or a network, written as text such as `10.1.2.3` or `2001:db8::/32`, to a field.
///
/// The text is read at once and may be gone afterwards.
///
/// # Returns
///
/// As `tamis_request_add`; `TAMIS_STATUS_OUT_OF_RANGE` if the text is none.
///
/// # Safety
///
/// `request` is a handle that nobody else uses; `field` and `text` are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_request_add_address(
    request: *mut Request,
    field: *const Field,
    text: *const c_char,
    text_len: usize,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (request, (field, key), text) =
            unsafe { (write(request)?, named(field)?, Text::new(text, text_len).text()?) };
        if request.facts.type_of(field)? == Type::Network {
            let network: IpNet = text.parse().map_err(|_| Status::OutOfRange)?;
            return request.facts.add(field, key, Value::Network(network.trunc()), Type::Network as u32);
        }
        let address: IpAddr = text.parse().map_err(|_| Status::OutOfRange)?;
        request.facts.add(field, key, Value::Ip(address), Type::Ip as u32)
    })
}

/// Says which trace the request belongs to, by its headers `traceparent` and `tracestate`; that decides `sample`.
///
/// A request without a trace is in no share but `sample(100%)`.
///
/// # Returns
///
/// `TAMIS_STATUS_OUT_OF_RANGE` if `traceparent` is none; the request is then as it was.
///
/// # Safety
///
/// `request` is a handle that nobody else uses; both texts are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_request_set_trace(
    request: *mut Request,
    parent: *const c_char,
    parent_len: usize,
    state: *const c_char,
    state_len: usize,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (request, parent, state) =
            unsafe { (write(request)?, Text::new(parent, parent_len).text()?, Text::new(state, state_len).text()?) };
        let trace = trace_of_parent(parent).ok_or(Status::OutOfRange)?;
        request.facts.randomness = TraceState::read(state).randomness(trace);
        Ok(())
    })
}
