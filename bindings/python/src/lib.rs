//! The native part of the Python package `tamis`.
//!
//! It is as thin as it can be: texts, facts and recordings go in, the JSON shapes of `tamis-wire` and plain values come
//! out, and the classes that people see are Python, in `python/tamis`.
//! Whatever takes time lets other threads of Python run.
//! A panic, which would be a defect, becomes an exception; PyO3 sees to that.

mod catalog;
mod facts;
mod recording;
mod rule;

/// What `python/tamis` calls; its types are described in `_native.pyi`.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::catalog::PyCatalog;
    #[pymodule_export]
    use crate::facts::PyFacts;
    #[pymodule_export]
    use crate::recording::PyRecording;
    #[pymodule_export]
    use crate::rule::{PyRule, analyze};
}
