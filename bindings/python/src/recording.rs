//! Recorded requests.

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use tamis::traffic::{Format, RawValue, Recording, read};

/// The requests of one recording.
#[pyclass(frozen, name = "Recording", module = "tamis._native")]
pub(crate) struct PyRecording {
    pub(crate) inner: Recording,
}

/// Id, method, path, start and duration in nanoseconds, trace id, facts.
type Row<'py> = (String, Option<String>, Option<String>, Option<i64>, Option<i64>, Option<String>, Bound<'py, PyDict>);

#[pymethods]
impl PyRecording {
    /// Reads a recording: `auto`, `otlp`, `har` or `facts`.
    #[staticmethod]
    fn parse(py: Python<'_>, data: &[u8], format: &str) -> PyResult<Self> {
        let format: Format = format.parse().map_err(|_| {
            PyValueError::new_err(format!("{format:?} is no format of recordings; there are auto, otlp, har and facts"))
        })?;
        Ok(Self { inner: py.detach(|| read(data, format)) })
    }

    fn __len__(&self) -> usize {
        self.inner.requests.len()
    }

    #[getter]
    fn format(&self) -> &'static str {
        self.inner.format.as_str()
    }

    /// What could not be read; of very many the first ones, and how many more there are.
    fn problems(&self) -> Vec<String> {
        let mut told: Vec<String> = self.inner.problems.iter().map(ToString::to_string).collect();
        if self.inner.problems_left_out > 0 {
            told.push(format!("{} more", self.inner.problems_left_out));
        }
        told
    }

    fn request<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Row<'py>> {
        let request =
            self.inner.requests.get(index).ok_or_else(|| PyIndexError::new_err("there is no such request"))?;
        let facts = PyDict::new(py);
        for (name, values) in request.facts.iter() {
            let list = PyList::empty(py);
            for value in values {
                list.append(python_value(py, value)?)?;
            }
            facts.set_item(name, list)?;
        }
        let request = request.clone();
        Ok((request.id, request.method, request.path, request.time, request.duration, request.trace_id, facts))
    }
}

/// A value as Python has it; nanoseconds come in a tuple of their own.
fn python_value<'py>(py: Python<'py>, value: &RawValue) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        RawValue::Bool(value) => value.into_pyobject(py)?.to_owned().into_any(),
        RawValue::Int(value) => value.into_pyobject(py)?.into_any(),
        RawValue::Float(value) => value.into_pyobject(py)?.into_any(),
        RawValue::Duration(nanoseconds) => (*nanoseconds,).into_pyobject(py)?.into_any(),
        RawValue::String(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text.into_pyobject(py)?.into_any(),
            Err(_) => PyBytes::new(py, bytes).into_any(),
        },
    })
}
