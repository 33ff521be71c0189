//! Catalogs by name or from a file.

use std::path::Path;

use tamis::Catalog;
use tamis::catalog::Field;
use tamis::diagnostic::nearest;

use crate::failure::Failure;
use crate::render::human;
use crate::source::Source;
use crate::terminal::Terminal;
use crate::text;

/// The shipped catalog of this name, or the catalog in this file.
///
/// A shipped name wins over a file of the same name; write `./kong` for the file.
/// What is wrong with a file is drawn on standard error before the failure is returned.
pub(crate) fn load(choice: &Path, terminal: &mut Terminal) -> Result<Catalog, Failure> {
    if let Some(catalog) = choice.to_str().and_then(Catalog::shipped) {
        return Ok(catalog);
    }
    let source = Source::read(choice).map_err(|failure| unknown(choice).unwrap_or(failure))?;
    Catalog::from_json(&source.text).or_else(|found| {
        let width = terminal.err.width();
        for diagnostic in &found {
            human::write(&mut terminal.err, diagnostic, &source, width)?;
        }
        let reasons = text::counted(found.len(), "reason");
        Err(Failure::new(format!("`{}` is no catalog, for {reasons}", source.name)))
    })
}

/// The same catalog, but with room for several values in every field.
///
/// A recording with two values for a field of one is contradictory, and the reader takes the first. Facts that a person
/// writes down mean what they say: the language has a meaning for several values of any field. The fields keep their
/// places, so rules that were checked with the one catalog run on facts that were typed by the other.
pub(crate) fn roomy(catalog: &Catalog) -> Catalog {
    let fields = catalog.fields().iter().cloned().map(Field::with_several_values);
    // The names are those of a catalog, so they are unique.
    Catalog::from_fields(catalog.name(), fields.collect()).unwrap_or_else(|_| catalog.clone())
}

/// What to say of a word that is neither a catalog nor a file.
fn unknown(choice: &Path) -> Option<Failure> {
    let name = choice.to_str().filter(|name| !name.contains(['/', '\\', '.']) && !choice.exists())?;
    let shipped: Vec<String> = Catalog::SHIPPED.iter().map(|name| format!("`{name}`")).collect();
    let nearest = nearest(name, Catalog::SHIPPED.iter().copied());
    let hint = nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
    Some(Failure::new(format!(
        "there is no catalog and no file `{name}`; the catalogs are {}{hint}",
        shipped.join(", ")
    )))
}
