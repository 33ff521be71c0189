//! What a rule needs of a schema.

use std::collections::{BTreeMap, HashMap};

use tamis_syntax::tree::NodeKind;

use super::ast::Expression;
use super::matcher::{checked, fields, options};
use super::schema::Schema;

/// A rule that can be held against a schema.
pub trait Validate {
    /// Checks names and types.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, a line each.
    fn validate(&self, schema: &Schema) -> Result<(), String>;
}

impl Validate for Expression {
    fn validate(&self, schema: &Schema) -> Result<(), String> {
        used_fields(&self.text, schema).map(|_| ())
    }
}

/// Checks a rule without adding it to a router, and says which fields it names, with how often.
///
/// # Errors
///
/// Everything that is wrong with the rule, a line each.
pub fn used_fields(atc: &str, schema: &Schema) -> Result<BTreeMap<String, usize>, String> {
    let rule = checked(atc, &schema.catalog()?)?;
    Ok(fields(rule.hir()))
}

/// A rule whose fields can be counted.
pub trait FieldCounter {
    /// Counts each field once for every time that the rule names it.
    fn add_to_counter(&self, map: &mut HashMap<String, usize>);

    /// Takes out what [`add_to_counter`](Self::add_to_counter) has added; a field that is left at zero goes.
    fn remove_from_counter(&self, map: &mut HashMap<String, usize>);
}

impl FieldCounter for Expression {
    fn add_to_counter(&self, map: &mut HashMap<String, usize>) {
        for name in names(&self.text) {
            *map.entry(name).or_insert(0) += 1;
        }
    }

    fn remove_from_counter(&self, map: &mut HashMap<String, usize>) {
        for name in names(&self.text) {
            match map.get_mut(&name) {
                Some(n) if *n > 1 => *n -= 1,
                _ => drop(map.remove(&name)),
            }
        }
    }
}

/// The names that a rule has where fields stand, each as often as it is there.
fn names(text: &str) -> Vec<String> {
    let options = options();
    let tree = tamis_syntax::parse(text, options.edition, &options.limits).tree;
    let name = |id| match tree.kind(id) {
        NodeKind::Path { .. } => Some(tree.span(id).slice(text).to_owned()),
        _ => None,
    };
    tree.ids().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atc::ast::Type;
    use crate::atc::parser::parse;

    #[test]
    fn fields_are_counted_and_taken_out_again() {
        let (rule, other) = (parse("a == 1 && lower(b.c) == \"x\" && !(a > 2)").unwrap(), parse("a == 3").unwrap());
        let mut map = HashMap::new();
        rule.add_to_counter(&mut map);
        other.add_to_counter(&mut map);
        assert_eq!(map, HashMap::from([("a".to_owned(), 3), ("b.c".to_owned(), 1)]));
        rule.remove_from_counter(&mut map);
        assert_eq!(map, HashMap::from([("a".to_owned(), 1)]));
        other.remove_from_counter(&mut map);
        assert!(map.is_empty());
    }

    #[test]
    fn a_rule_is_held_against_a_schema() {
        let mut schema = Schema::default();
        schema.add_field("a", Type::Int);
        assert_eq!(parse("a == 1").unwrap().validate(&schema), Ok(()));
        let refused = parse("a == 1 &&\nb == 2").unwrap().validate(&schema).unwrap_err();
        assert!(refused.starts_with("T301 at 2:1: `b` is not a known field"), "{refused}");
        assert!(parse("a = = 1").unwrap_err().to_string().starts_with("T108 at 1:3"));
    }
}
