//! Many rules with priorities.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use tamis_lang::catalog::Catalog;
use tamis_vm::set::{RuleId, RuleSet};
use uuid::Uuid;

use super::context::{Context, Match};
use super::matcher::Matcher;
use super::schema::Schema;

/// Up to how many rules it is faster to ask one after the other than to look them up.
const FEW: usize = 4;

/// Rules by priority and key; the first that matches is found.
///
/// A higher priority comes first, and of two rules with the same priority the one with the larger key.
#[derive(Debug)]
pub struct Router<'a, K = Uuid> {
    schema: &'a Schema,
    catalog: Result<Catalog, String>,
    matchers: BTreeMap<Reverse<(usize, K)>, (Matcher, RuleId)>,
    /// The rules of the matchers, and by the number of each whose it is.
    set: RuleSet,
    owners: Vec<Option<(usize, K)>>,
    /// The fields that the rules name, with how often, so that a caller adds only those to a context.
    pub fields: HashMap<String, usize>,
}

impl<'a> Router<'a> {
    /// A router without rules, whose keys are UUIDs.
    #[must_use]
    pub fn new(schema: &'a Schema) -> Self {
        Self::keyed(schema)
    }
}

impl<'a, K: Ord + Clone> Router<'a, K> {
    /// A router without rules, whose keys are of any kind that has an order.
    #[must_use]
    pub fn keyed(schema: &'a Schema) -> Self {
        Self {
            schema,
            catalog: schema.catalog(),
            matchers: BTreeMap::new(),
            set: RuleSet::new(),
            owners: Vec::new(),
            fields: HashMap::new(),
        }
    }

    /// Adds a rule.
    ///
    /// # Errors
    ///
    /// That there is a rule of this priority and key, or everything that is wrong with the rule, a line each.
    pub fn add_matcher(&mut self, priority: usize, uuid: K, atc: &str) -> Result<(), String> {
        let key = (priority, uuid);
        if self.matchers.contains_key(&Reverse(key.clone())) {
            return Err("UUID already exists".to_string());
        }
        let catalog = self.catalog.as_ref().map_err(Clone::clone)?;
        let matcher = Matcher::new(atc, catalog)?;
        for (field, n) in &matcher.fields {
            *self.fields.entry(field.clone()).or_insert(0) += n;
        }
        // The priority of atc-router is wider than that of a set, so the set is asked for all that match.
        let id = self.set.insert(matcher.program(), 0).map_err(|full| full.to_string())?;
        if self.owners.len() <= id.index() {
            self.owners.resize(id.index() + 1, None);
        }
        if let Some(owner) = self.owners.get_mut(id.index()) {
            *owner = Some(key.clone());
        }
        self.matchers.insert(Reverse(key), (matcher, id));
        Ok(())
    }

    /// Removes a rule; whether there was one.
    pub fn remove_matcher(&mut self, priority: usize, uuid: K) -> bool {
        let Some((matcher, id)) = self.matchers.remove(&Reverse((priority, uuid))) else { return false };
        self.set.remove(id);
        if let Some(owner) = self.owners.get_mut(id.index()) {
            *owner = None;
        }
        for (field, n) in &matcher.fields {
            let left = self.fields.get(field).map_or(0, |known| known.saturating_sub(*n));
            if left == 0 {
                self.fields.remove(field);
            } else {
                self.fields.insert(field.clone(), left);
            }
        }
        true
    }

    /// The fields that the rules name, in order.
    #[must_use]
    pub fn get_fields(&self) -> Vec<&str> {
        let mut fields: Vec<&str> = self.fields.keys().map(String::as_str).collect();
        fields.sort_unstable();
        fields
    }

    /// The schema that the rules were checked against.
    #[must_use]
    pub const fn schema(&self) -> &'a Schema {
        self.schema
    }

    /// Finds the first rule that matches; then [`Context::result`] says which, and what it matched.
    ///
    /// Whether there is one is the answer; where there is none, the result of before stays.
    pub fn execute(&self, context: &mut Context<'_, K>) -> bool {
        let Context { values, scratch, memory, result, .. } = context;
        let first = if self.matchers.len() <= FEW {
            let matches = |(_, (matcher, _)): &(_, &(Matcher, _))| matcher.matches(values, scratch);
            self.matchers.iter().find(matches)
        } else {
            let matches = self.set.matches(values, memory).iter();
            let best = matches.filter_map(|id| self.owners.get(id.index())?.as_ref()).max();
            best.and_then(|(priority, key)| self.matchers.get_key_value(&Reverse((*priority, key.clone()))))
        };
        let Some((Reverse((_, key)), (matcher, _))) = first else { return false };
        let mut found = Match::of(key.clone());
        matcher.collect(values, scratch, &mut found);
        *result = Some(found);
        true
    }
}
