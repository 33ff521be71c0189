//! Catalogs: the fields that rules may name.

use std::ffi::c_char;
use std::sync::Arc;

use tamis::Ty;
use tamis::catalog::Resolution;

use crate::boundary::{Buffer, Status, Text, free, guard, hand_out, put, put_new, read};

/// The fields that rules may name.
///
/// It never changes, so any number of threads may use it at once.
/// What was made with it stays usable after it was freed.
#[derive(Debug)]
pub struct Catalog(pub(crate) Arc<tamis::Catalog>);

/// The type of a value.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// True or false, in `integer`: 0 or 1.
    Bool = 0,
    /// A signed integer, in `integer`.
    Int = 1,
    /// A floating-point number, in `floating`.
    Float = 2,
    /// Bytes, in `text`.
    String = 3,
    /// An address, in `address` and `address_len`.
    Ip = 4,
    /// A network, in `address`, `address_len` and `prefix_len`.
    Network = 5,
    /// Nanoseconds, in `integer`.
    Duration = 6,
    /// Bytes, in `integer`.
    Size = 7,
}

impl From<Ty> for Type {
    fn from(ty: Ty) -> Self {
        match ty {
            Ty::Bool => Self::Bool,
            Ty::Int => Self::Int,
            Ty::Float => Self::Float,
            Ty::String => Self::String,
            Ty::Ip => Self::Ip,
            Ty::Network => Self::Network,
            Ty::Duration => Self::Duration,
            Ty::Size => Self::Size,
        }
    }
}

/// A field, or one key of a family of fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The place of the field in its catalog.
    pub id: u32,
    /// The type of its values, a `tamis_type`.
    pub value_type: u32,
    /// The key of a family's member; empty for a field that is no family.
    pub key: Text,
}

/// A catalog that the library brings along: `kong`, `kong-sampler`, `kong-router` or `otel`.
///
/// # Returns
///
/// `TAMIS_STATUS_UNKNOWN` if there is none of that name.
///
/// # Safety
///
/// `name` is readable; `out` points to memory for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_catalog_shipped(name: *const c_char, name_len: usize, out: *mut *mut Catalog) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let name = unsafe { Text::new(name, name_len).text() }?;
        let catalog = tamis::Catalog::shipped(name).ok_or(Status::Unknown)?;
        // SAFETY: the caller's promise.
        unsafe { put_new(out, Catalog(Arc::new(catalog))) }
    })
}

/// A catalog from the text of a catalog file, which is JSON.
///
/// # Returns
///
/// `TAMIS_STATUS_REFUSED` if it is none; `reason`, unless it is null, then holds the diagnostics as a JSON array.
///
/// # Safety
///
/// `json` is readable; `out` points to memory for a handle; `reason` is null or points to memory for a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_catalog_from_json(
    json: *const c_char,
    json_len: usize,
    out: *mut *mut Catalog,
    reason: *mut Buffer,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let json = unsafe { Text::new(json, json_len).text() }?;
        match tamis::Catalog::from_json(json) {
            // SAFETY: the caller's promise.
            Ok(catalog) => unsafe { put_new(out, Catalog(Arc::new(catalog))) },
            Err(problems) => {
                let json = || serde_json::to_vec(&tamis_wire::diagnostics(&problems)).unwrap_or_default();
                // SAFETY: the caller's promise.
                unsafe { hand_out(reason, json) };
                Err(Status::Refused)
            }
        }
    })
}

/// Frees a catalog.
///
/// # Safety
///
/// `catalog` is null or a handle that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_catalog_free(catalog: *mut Catalog) {
    // SAFETY: the caller's promise.
    unsafe { free(catalog) };
}

/// How many fields a catalog has; their places are the numbers below.
///
/// # Safety
///
/// `catalog` is a handle or null, of which there are no fields.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_catalog_len(catalog: *const Catalog) -> u32 {
    // SAFETY: the caller's promise.
    let catalog = unsafe { catalog.as_ref() };
    catalog.and_then(|catalog| u32::try_from(catalog.0.fields().len()).ok()).unwrap_or(0)
}

/// Looks up a field by its name, or by one of its former names.
///
/// The key of a family's member points into `name`, so it lives as long as that.
///
/// # Returns
///
/// `TAMIS_STATUS_UNKNOWN` if the catalog has no such field.
///
/// # Safety
///
/// `catalog` is a handle; `name` is readable; `out` points to memory for a field.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_catalog_field(
    catalog: *const Catalog,
    name: *const c_char,
    name_len: usize,
    out: *mut Field,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (catalog, name) = unsafe { (read(catalog)?, Text::new(name, name_len).text()?) };
        let Resolution::Field { id, field, key, .. } = catalog.0.resolve(name, None) else {
            return Err(Status::Unknown);
        };
        // A key is as long in its other spellings.
        let start = name.len().saturating_sub(key.map_or(0, |key| key.len()));
        let key = name.as_bytes().get(start..).unwrap_or_default();
        let found = Field { id: u32::from(id.0), value_type: Type::from(field.ty) as u32, key: Text::of(key) };
        // SAFETY: the caller's promise.
        unsafe { put(out, found) }
    })
}
