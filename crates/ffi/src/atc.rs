//! The interface of Kong's atc-router: schema, router, context.
//!
//! `bindings/lua` puts the Lua modules of that name on top of it.

use std::collections::HashMap;
use std::ffi::c_char;
use std::sync::Arc;

use tamis::compat::atc::ast::{Type, Value};
use tamis::compat::atc::context::{Context, ValueError};
use tamis::compat::atc::router::Router;
use tamis::compat::atc::schema::Schema;

use crate::boundary::{Buffer, Status, Text, free, guard, hand_out, put, put_new, read, write};

/// The type of a field of a schema.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtcType {
    /// UTF-8 text.
    String = 0,
    /// A network, which only rules have.
    IpCidr = 1,
    /// An address.
    IpAddr = 2,
    /// A signed integer of 64 bits.
    Int = 3,
}

/// The fields that expressions may name; it grows until routers are made of it.
#[derive(Debug, Default)]
pub struct AtcSchema(Schema);

/// Expressions with priorities.
///
/// It has a copy of its schema, so fields that are added to that later are not seen.
#[derive(Debug)]
pub struct AtcRouter {
    // Before the schema that it borrows, because fields are dropped in this order.
    router: Router<'static, String>,
    _schema: Arc<Schema>,
}

/// The values of one request, and what matched.
#[derive(Debug)]
pub struct AtcContext {
    // Before the schema that it borrows, because fields are dropped in this order.
    context: Context<'static, String>,
    _schema: Arc<Schema>,
    /// Whether what follows is that of the result.
    is_noted: bool,
    /// The captures of the result, in order.
    captures: Vec<(String, String)>,
    /// The value that the rule found, as text.
    matched: HashMap<String, String>,
}

/// A copy of a schema, and the same one for as long as it lives.
///
/// # Safety
///
/// What borrows the second is dropped before the first.
unsafe fn shared(schema: &Schema) -> (Arc<Schema>, &'static Schema) {
    let schema = Arc::new(schema.clone());
    let place: *const Schema = Arc::as_ptr(&schema);
    // SAFETY: what is counted does not move, nobody changes it, and the caller keeps it for long enough.
    (schema, unsafe { &*place })
}

/// A schema without fields.
///
/// # Safety
///
/// `out` points to memory for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_schema_new(out: *mut *mut AtcSchema) -> Status {
    // SAFETY: the caller's promise.
    guard(|| unsafe { put_new(out, AtcSchema::default()) })
}

/// Frees a schema.
///
/// # Safety
///
/// `schema` is null or a handle that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_schema_free(schema: *mut AtcSchema) {
    // SAFETY: the caller's promise.
    unsafe { free(schema) };
}

/// Adds a field; a name whose last segment is `*` stands for every name with another last segment.
///
/// # Returns
///
/// `TAMIS_STATUS_OUT_OF_RANGE` for the number of no `tamis_atc_type`.
///
/// # Safety
///
/// `schema` is a handle that nobody else uses; `field` is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_schema_add_field(
    schema: *mut AtcSchema,
    field: *const c_char,
    field_len: usize,
    field_type: u32,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (schema, field) = unsafe { (write(schema)?, Text::new(field, field_len).text()?) };
        let types = [Type::String, Type::IpCidr, Type::IpAddr, Type::Int];
        let field_type = *types.get(field_type as usize).ok_or(Status::OutOfRange)?;
        schema.0.add_field(field, field_type);
        Ok(())
    })
}

/// A router without expressions.
///
/// # Safety
///
/// `schema` is a handle; `out` points to memory for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_router_new(schema: *const AtcSchema, out: *mut *mut AtcRouter) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let schema = unsafe { read(schema) }?;
        // SAFETY: the router is dropped before its schema.
        let (schema, borrowed) = unsafe { shared(&schema.0) };
        // SAFETY: the caller's promise.
        unsafe { put_new(out, AtcRouter { router: Router::keyed(borrowed), _schema: schema }) }
    })
}

/// Frees a router.
///
/// # Safety
///
/// `router` is null or a handle that was not freed and that nobody uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_router_free(router: *mut AtcRouter) {
    // SAFETY: the caller's promise.
    unsafe { free(router) };
}

/// Adds an expression under a key; of those that match, the one with the highest priority wins.
///
/// # Returns
///
/// `TAMIS_STATUS_REFUSED` if the key is in use with that priority or the expression is wrong; `reason`, unless it is
/// null, says why.
///
/// # Safety
///
/// `router` is a handle that nobody else uses; the texts are readable; `reason` is null or points to memory for a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_router_add_matcher(
    router: *mut AtcRouter,
    priority: u64,
    key: *const c_char,
    key_len: usize,
    expression: *const c_char,
    expression_len: usize,
    reason: *mut Buffer,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (router, key, expression) =
            unsafe { (write(router)?, Text::new(key, key_len).text()?, Text::new(expression, expression_len).text()?) };
        let priority = usize::try_from(priority).map_err(|_| Status::OutOfRange)?;
        router.router.add_matcher(priority, key.to_owned(), expression).map_err(|why| {
            // SAFETY: the caller's promise.
            unsafe { hand_out(reason, || why.into_bytes()) };
            Status::Refused
        })
    })
}

/// Takes out the expression of a key.
///
/// # Returns
///
/// `TAMIS_STATUS_UNKNOWN` if there is none with that priority.
///
/// # Safety
///
/// `router` is a handle that nobody else uses; `key` is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_router_remove_matcher(
    router: *mut AtcRouter,
    priority: u64,
    key: *const c_char,
    key_len: usize,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (router, key) = unsafe { (write(router)?, Text::new(key, key_len).text()?) };
        let priority = usize::try_from(priority).map_err(|_| Status::OutOfRange)?;
        if router.router.remove_matcher(priority, key.to_owned()) { Ok(()) } else { Err(Status::Unknown) }
    })
}

/// The fields that the expressions use: a name a line, in order.
///
/// # Safety
///
/// `router` is a handle; `out` points to memory for a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_router_fields(router: *const AtcRouter, out: *mut Buffer) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let router = unsafe { read(router) }?;
        let lines = || router.router.get_fields().iter().flat_map(|name| [name, "\n"]).collect::<String>();
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, || lines().into_bytes()) };
        Ok(())
    })
}

/// Looks for the expression that matches; `matched` receives whether there is one.
///
/// # Safety
///
/// `router` is a handle; `context` is a handle that nobody else uses; `matched` points to memory for a boolean.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_router_execute(
    router: *const AtcRouter,
    context: *mut AtcContext,
    matched: *mut bool,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (router, context) = unsafe { (read(router)?, write(context)?) };
        let found = router.router.execute(&mut context.context);
        context.is_noted = false;
        // SAFETY: the caller's promise.
        unsafe { put(matched, found) }
    })
}

/// Why a value was not added.
fn refused(why: &ValueError) -> Status {
    match why {
        ValueError::UnknownField(_) => Status::Unknown,
        ValueError::WrongType { .. } => Status::WrongType,
    }
}

impl AtcContext {
    /// Puts the result into a form whose parts can be pointed at.
    fn note(&mut self) {
        if std::mem::replace(&mut self.is_noted, true) {
            return;
        }
        self.captures.clear();
        self.matched.clear();
        let Some(found) = &self.context.result else { return };
        self.captures.extend(found.captures.iter().map(|(name, value)| (name.clone(), value.clone())));
        self.captures.sort();
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::IpCidr(network) => network.to_string(),
            Value::IpAddr(address) => address.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Regex(pattern) => pattern.to_string(),
        };
        self.matched.extend(found.matches.iter().map(|(field, value)| (field.clone(), text(value))));
    }
}

/// A request without values.
///
/// # Safety
///
/// `schema` is a handle; `out` points to memory for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_context_new(schema: *const AtcSchema, out: *mut *mut AtcContext) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let schema = unsafe { read(schema) }?;
        // SAFETY: the context is dropped before its schema.
        let (schema, borrowed) = unsafe { shared(&schema.0) };
        let context = Context::keyed(borrowed);
        let context =
            AtcContext { context, _schema: schema, is_noted: false, captures: Vec::new(), matched: HashMap::new() };
        // SAFETY: the caller's promise.
        unsafe { put_new(out, context) }
    })
}

/// Frees a context.
///
/// # Safety
///
/// `context` is null or a handle that was not freed and that nobody uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_context_free(context: *mut AtcContext) {
    // SAFETY: the caller's promise.
    unsafe { free(context) };
}

/// Forgets the values and the result of a context.
///
/// # Safety
///
/// `context` is a handle that nobody else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_context_reset(context: *mut AtcContext) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let context = unsafe { write(context) }?;
        context.context.reset();
        context.is_noted = false;
        Ok(())
    })
}

/// Adds a text or an address, written as text, to a field; it is copied.
///
/// # Returns
///
/// `TAMIS_STATUS_UNKNOWN` if the schema does not have the field, `TAMIS_STATUS_WRONG_TYPE` if it has another type,
/// `TAMIS_STATUS_OUT_OF_RANGE` if the text is no address.
///
/// # Safety
///
/// `context` is a handle that nobody else uses; the texts are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_context_add_text(
    context: *mut AtcContext,
    field: *const c_char,
    field_len: usize,
    value: *const c_char,
    value_len: usize,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (context, field, value) =
            unsafe { (write(context)?, Text::new(field, field_len).text()?, Text::new(value, value_len).text()?) };
        match context.context.try_add_value(field, Value::String(value.to_owned())) {
            Err(ValueError::WrongType { expected: Type::IpAddr, .. }) => {
                let address = value.parse().map_err(|_| Status::OutOfRange)?;
                context.context.try_add_value(field, Value::IpAddr(address)).map_err(|why| refused(&why))
            }
            added => added.map_err(|why| refused(&why)),
        }
    })
}

/// Adds an integer to a field.
///
/// # Returns
///
/// As `tamis_atc_context_add_text`.
///
/// # Safety
///
/// `context` is a handle that nobody else uses; `field` is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_context_add_int(
    context: *mut AtcContext,
    field: *const c_char,
    field_len: usize,
    value: i64,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (context, field) = unsafe { (write(context)?, Text::new(field, field_len).text()?) };
        context.context.try_add_value(field, Value::Int(value)).map_err(|why| refused(&why))
    })
}

/// What the last search found: the key of the expression, what it found a field to be, and how many captures there are.
///
/// All texts live until the context is searched with again, reset or freed. `value` is empty where the expression found
/// nothing of the field; each of the places may be null.
///
/// # Returns
///
/// `TAMIS_STATUS_UNKNOWN` if nothing was found.
///
/// # Safety
///
/// `context` is a handle that nobody else uses; `field` is readable; the places are null or point to memory for what they receive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_context_result(
    context: *mut AtcContext,
    field: *const c_char,
    field_len: usize,
    key: *mut Text,
    value: *mut Text,
    n_captures: *mut u32,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (context, field) = unsafe { (write(context)?, Text::new(field, field_len).text()?) };
        context.note();
        let found = context.context.result.as_ref().ok_or(Status::Unknown)?;
        let matched = context.matched.get(field).map_or(Text::EMPTY, |text| Text::of(text.as_bytes()));
        let n = u32::try_from(context.captures.len()).map_err(|_| Status::OutOfRange)?;
        // SAFETY: each place is looked at first; the rest is the caller's promise.
        unsafe {
            if !key.is_null() {
                key.write(Text::of(found.uuid.as_bytes()));
            }
            if !value.is_null() {
                value.write(matched);
            }
            if !n_captures.is_null() {
                n_captures.write(n);
            }
        }
        Ok(())
    })
}

/// A capture of the last search, by its place: its number or name, and its text.
///
/// # Returns
///
/// `TAMIS_STATUS_OUT_OF_RANGE` if there is no such place.
///
/// # Safety
///
/// `context` is a handle that nobody else uses; `name` and `value` point to memory for a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_atc_context_capture(
    context: *mut AtcContext,
    place: u32,
    name: *mut Text,
    value: *mut Text,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let context = unsafe { write(context) }?;
        context.note();
        let (own_name, own_value) = context.captures.get(place as usize).ok_or(Status::OutOfRange)?;
        // SAFETY: the caller's promise.
        unsafe {
            put(name, Text::of(own_name.as_bytes()))?;
            put(value, Text::of(own_value.as_bytes()))
        }
    })
}
