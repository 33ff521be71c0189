//! What texts are read against: the catalog, the edition, recorded requests.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use tamis::traffic::{Format, read};
use tamis::{Catalog, Edition, Limits, Options};
use tamis_ide::Traffic;

use crate::settings::Settings;

/// Everything that the settings lead to.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) catalog: Catalog,
    pub(crate) options: Options,
    /// The catalog of what Kong's routes may name, once something asks for it.
    router: OnceLock<Catalog>,
    pub(crate) traffic: Option<Traffic>,
    pub(crate) settings: Settings,
    /// The file of the catalog with its text, if it is one.
    pub(crate) catalog_file: Option<(PathBuf, String)>,
    /// The files that it was read from.
    pub(crate) files: Vec<PathBuf>,
    /// What tells it from others.
    pub(crate) id: u64,
}

/// The catalog of an editor that sets none.
const DEFAULT: &str = "kong";
/// The catalog of the `expression` of a route.
const ROUTER: &str = "kong-router";

impl World {
    /// What is there before the editor has said anything.
    pub(crate) fn empty() -> Self {
        Self {
            catalog: empty(),
            options: Options::default(),
            router: OnceLock::new(),
            traffic: None,
            settings: Settings::default(),
            catalog_file: None,
            files: Vec::new(),
            id: 0,
        }
    }

    /// Reads what the settings name; what cannot be read is left out and told.
    pub(crate) fn load(settings: Settings, root: Option<&Path>) -> (Self, Vec<String>) {
        let mut problems = Vec::new();
        let mut files = Vec::new();
        let resolve = |path: &Path| root.map_or_else(|| path.to_owned(), |root| root.join(path));
        let name = settings.catalog.as_deref().unwrap_or(DEFAULT);
        let mut catalog_file = None;
        let catalog = Catalog::shipped(name).or_else(|| {
            let path = resolve(Path::new(name));
            files.push(path.clone());
            let text = fs::read_to_string(&path).map_err(|error| format!("cannot read the catalog `{name}`: {error}"));
            let read = text.and_then(|text| {
                let catalog = Catalog::from_json(&text).map_err(|found| {
                    let first = found.first().map_or("it is broken", |first| first.message.as_str());
                    format!("the catalog `{name}` is not used: {first}")
                });
                catalog.map(|catalog| (catalog, text))
            });
            match read {
                Ok((catalog, text)) => {
                    catalog_file = Some((path, text));
                    Some(catalog)
                }
                Err(why) => {
                    problems.push(why);
                    None
                }
            }
        });
        let catalog = catalog.or_else(|| Catalog::shipped(DEFAULT));
        let edition = settings.edition.as_deref().map_or(Ok(Edition::default()), str::parse);
        let edition = edition.unwrap_or_else(|error: tamis::UnknownEdition| {
            problems.push(error.to_string());
            Edition::default()
        });
        let mut recordings = Vec::new();
        for path in &settings.traffic {
            let file = resolve(path);
            match fs::read(&file) {
                Ok(bytes) => recordings.push(read(&bytes, Format::Auto)),
                Err(error) => problems.push(format!("cannot read the recording `{}`: {error}", path.display())),
            }
            files.push(file);
        }
        let options = Options { edition, limits: Limits::default(), ..Options::default() };
        let catalog = catalog.unwrap_or_else(empty);
        let traffic = (!recordings.is_empty()).then(|| Traffic::new(&recordings, &catalog));
        let router = OnceLock::new();
        let mut hasher = DefaultHasher::new();
        (format!("{settings:?}"), &catalog_file).hash(&mut hasher);
        let id = hasher.finish();
        (Self { catalog, options, router, traffic, settings, catalog_file, files, id }, problems)
    }

    /// The catalog of what Kong's routes may name.
    pub(crate) fn router(&self) -> &Catalog {
        self.router.get_or_init(|| Catalog::shipped(ROUTER).unwrap_or_else(empty))
    }

    /// The catalog that something sent to the editor is about.
    pub(crate) fn catalog_of(&self, data: Option<&Value>) -> &Catalog {
        let is_of_routes = data.and_then(|data| data.get("routes")) == Some(&Value::Bool(true));
        if is_of_routes { self.router() } else { &self.catalog }
    }
}

/// A catalog without fields.
#[expect(clippy::expect_used, reason = "a catalog is refused for a field of it, and here is none")]
fn empty() -> Catalog {
    Catalog::from_fields("", Vec::new()).expect("there is no field to complain about")
}
