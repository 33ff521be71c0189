//! What is known about one request, from Python values.

use std::sync::LazyLock;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyString, PyTuple};
use tamis::sampling::Randomness;
use tamis::traffic::{FactSet, Mapping, RawFacts, RawValue, trace_of};

use crate::catalog::PyCatalog;

/// Which facts carry the trace of a request.
static MAPPING: LazyLock<Mapping> = LazyLock::new(Mapping::shipped);

/// The facts of one request, typed by a catalog.
#[pyclass(frozen, name = "Facts", module = "tamis._native")]
pub(crate) struct PyFacts {
    pub(crate) inner: FactSet,
    /// What could not be used; what was merely taken as another type is not among it.
    #[pyo3(get)]
    problems: Vec<String>,
    /// Whether it is known in which shares the request is.
    #[pyo3(get)]
    traced: bool,
}

#[pymethods]
impl PyFacts {
    /// Facts by their names; a trace id decides `sample`, and without one the header `traceparent` among the facts.
    #[new]
    #[pyo3(signature = (facts, catalog, trace_id = None))]
    fn new(facts: Vec<(String, Vec<Bound<'_, PyAny>>)>, catalog: &PyCatalog, trace_id: Option<&str>) -> PyResult<Self> {
        let mut raw = RawFacts::new();
        for (name, values) in facts {
            for value in values {
                raw.add(&name, raw_value(&name, &value)?);
            }
        }
        let given = trace_id.map(randomness_of).transpose()?;
        let randomness = given.or_else(|| trace_of(&raw, &MAPPING).map(|(randomness, _)| randomness));
        let (inner, problems) = FactSet::bind(&raw, &catalog.inner);
        Ok(Self {
            inner: inner.with_randomness(randomness.unwrap_or_default()),
            problems: problems.iter().filter(|it| it.kind.is_loss()).map(ToString::to_string).collect(),
            traced: randomness.is_some(),
        })
    }
}

fn randomness_of(trace_id: &str) -> PyResult<Randomness> {
    let id = u128::from_str_radix(trace_id, 16).ok().filter(|_| trace_id.len() == 32);
    let id =
        id.ok_or_else(|| PyValueError::new_err(format!("a trace id has 32 hexadecimal digits, not {trace_id:?}")))?;
    Ok(Randomness::of_trace(id))
}

/// A value; nanoseconds come in a tuple of their own.
fn raw_value(name: &str, value: &Bound<'_, PyAny>) -> PyResult<RawValue> {
    if let Ok(value) = value.cast::<PyBool>() {
        return Ok(RawValue::Bool(value.is_true()));
    }
    if let Ok(value) = value.cast::<PyInt>() {
        // What does not fit is as large as it is, not as precise.
        return value.extract().map(RawValue::Int).or_else(|_| value.extract().map(RawValue::Float));
    }
    if let Ok(value) = value.cast::<PyFloat>() {
        return value.extract().map(RawValue::Float);
    }
    if let Ok(value) = value.cast::<PyString>() {
        return Ok(RawValue::text(value.to_str()?));
    }
    if let Ok(value) = value.cast::<PyBytes>() {
        return Ok(RawValue::String(value.as_bytes().into()));
    }
    if let Ok(value) = value.cast::<PyTuple>() {
        let (nanoseconds,): (i64,) = value.extract()?;
        return Ok(RawValue::Duration(nanoseconds));
    }
    let found = value.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "{name}: a value is a bool, an int, a float, a str, bytes, a timedelta or an IP address, not {found}"
    )))
}
