//! Running one expression.

use super::ast::Expression;
use super::context::{Context, Match};
use super::matcher::Matcher;

/// A rule that can be run over a request.
pub trait Execute<K> {
    /// Whether the rule matches; then its matches and captures are added to `m`.
    ///
    /// A rule that the schema of the context refuses matches nothing.
    /// Every call compiles the rule; a [`Router`](super::router::Router) does that once.
    fn execute(&self, ctx: &mut Context<'_, K>, m: &mut Match<K>) -> bool;
}

impl<K> Execute<K> for Expression {
    fn execute(&self, ctx: &mut Context<'_, K>, m: &mut Match<K>) -> bool {
        let matcher = ctx.schema.catalog().and_then(|catalog| Matcher::new(&self.text, &catalog));
        let Context { values, scratch, .. } = ctx;
        let Some(matcher) = matcher.ok().filter(|matcher| matcher.matches(values, scratch)) else { return false };
        matcher.collect(values, scratch, m);
        true
    }
}
