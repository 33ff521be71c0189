//! What an editor can set.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

/// The settings of the section `tamis`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    /// A shipped catalog by name, or the path of a catalog file; `kong` where it is missing.
    pub(crate) catalog: Option<String>,
    /// The reading of texts without a line of their own that says it.
    pub(crate) edition: Option<String>,
    /// Recordings to replay: OTLP/JSON, HAR or JSON lines.
    pub(crate) traffic: Vec<PathBuf>,
    /// Whether hints are left out.
    pub(crate) without_hints: bool,
}

impl Settings {
    /// Reads settings as editors send them: as they are, or within a member `tamis`.
    ///
    /// # Errors
    ///
    /// What is wrong, as a sentence.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let own = value.get("tamis").unwrap_or(value);
        if own.is_null() {
            return Ok(Self::default());
        }
        Self::deserialize(own).map_err(|error| format!("the settings of tamis cannot be read: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_come_bare_or_in_their_section() {
        let expected = Settings { catalog: Some("otel".into()), ..Settings::default() };
        assert_eq!(Settings::read(&json!({"catalog": "otel"})), Ok(expected.clone()));
        assert_eq!(Settings::read(&json!({"tamis": {"catalog": "otel", "later": 1}})), Ok(expected));
        assert_eq!(Settings::read(&Value::Null), Ok(Settings::default()));
    }

    #[test]
    fn a_wrong_type_is_told() {
        let told = Settings::read(&json!({"traffic": 3})).unwrap_err();
        assert!(told.starts_with("the settings of tamis cannot be read: invalid type"), "{told}");
    }
}
