//! The table of layers within `ARCHITECTURE.md`, from `xtask/tidy.toml`.

use std::collections::BTreeSet;

use super::Generated;
use super::table::{Table, code, codes};
use crate::failure::Failure;
use crate::repository::Repository;
use crate::tidy::{Layer, Policy};

const PATH: &str = "ARCHITECTURE.md";
const BEGIN: &str = "<!-- layers: begin, generated from xtask/tidy.toml -->\n";
const END: &str = "<!-- layers: end -->\n";

pub(super) fn generate(repository: &Repository, policy: &Policy) -> Result<Generated, Failure> {
    let text = repository.text(PATH).unwrap_or_default();
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts
        .ok_or_else(|| Failure::new(format!("`{PATH}` lacks the lines `{}` and `{}`", BEGIN.trim(), END.trim())))?;
    Ok(Generated { path: PATH.into(), text: format!("{before}{BEGIN}\n{}\n{END}{after}", table(policy)) })
}

fn table(policy: &Policy) -> String {
    let mut table = Table::new(["Package", "Is", "May use", "From outside", "Does not know"]);
    let mut layers: Vec<_> = policy.layers.iter().collect();
    layers.sort_by_key(|(name, _)| height(policy, name));
    for (name, layer) in layers {
        let inside = if anything(layer) { "anything".to_string() } else { codes(&layer.inside) };
        table.row([code(name), layer.role.clone(), inside, codes(&layer.outside), layer.unaware.clone()]);
    }
    table.into_text()
}

/// How many layers lie below one; whoever may use anything lies above all.
fn height(policy: &Policy, name: &str) -> usize {
    let mut below = BTreeSet::from([name]);
    let mut waiting = vec![name];
    while let Some(layer) = waiting.pop().and_then(|name| policy.layers.get(name)) {
        if anything(layer) {
            return usize::MAX;
        }
        waiting.extend(layer.inside.iter().map(String::as_str).filter(|name| below.insert(name)));
    }
    below.len()
}

fn anything(layer: &Layer) -> bool {
    layer.inside.iter().any(|name| name == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_between_its_marks() {
        let policy = "[layers.a]\ninside = []\noutside = [\"b\"]\nrole = \"r\"\nunaware = \"u\"";
        let policy = Policy::parse(policy).unwrap();
        let before = format!("# A\n{BEGIN}old\n{END}after\n");
        let generated = generate(&Repository::of(&[(PATH, &before)]), &policy).unwrap();
        let head = "| Package | Is | May use | From outside | Does not know |\n|---|---|---|---|---|\n";
        let expected = format!("# A\n{BEGIN}\n{head}| `a` | r | | `b` | u |\n\n{END}after\n");
        assert_eq!(generated.text, expected);
        assert!(generate(&Repository::of(&[(PATH, "# A\n")]), &policy).is_err());
    }
}
