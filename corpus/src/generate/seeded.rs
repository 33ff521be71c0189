//! A file of a thousand rules as operators write them, among them some that are dead, covered or there twice.

use super::Source;
use super::realistic::mixed_rules;

/// How many rules the file has.
const RULES: usize = 1_000;

/// How many of each kind are sown.
const SOWN: usize = 30;

/// A file, and the names of the rules that were sown.
#[derive(Clone, Debug)]
pub struct SownFile {
    /// The text.
    pub text: String,
    /// Rules that never match.
    pub dead: Vec<String>,
    /// Rules that match only what another rule matches.
    pub covered: Vec<String>,
    /// Rules that mean the same as an earlier one.
    pub equal: Vec<String>,
}

/// The file; always the same.
///
/// ```
/// let file = tamis_corpus::generate::sown_file();
/// assert_eq!(file.text.matches("\nrule ").count(), 999);
/// ```
#[must_use]
pub fn sown_file() -> SownFile {
    let mut source = Source::seeded(1_000);
    let names = |kind: &str| -> Vec<String> { (0..SOWN).map(|n| format!("{kind}_{n}")).collect() };
    let (dead, covered, equal) = (names("dead"), names("covered"), names("equal"));
    let n_good = RULES - 3 * SOWN;
    // With a route of its own no rule covers another by accident.
    let good: Vec<String> = mixed_rules(n_good)
        .into_iter()
        .enumerate()
        .map(|(n, rule)| format!("({rule}) && kong.route.name == \"route-{n}\""))
        .collect();
    let mut rules: Vec<(String, String)> =
        good.iter().enumerate().map(|(n, rule)| (format!("rule_{n}"), rule.clone())).collect();
    let mut sow = |names: &[String], write: fn(usize, &str, &mut Source<'_>) -> String| {
        for (n, name) in names.iter().enumerate() {
            let of = source.below(good.len());
            let rule = good.get(of).map(|rule| write(n, rule, &mut source)).unwrap_or_default();
            // Behind the rule that it is made of.
            let own = rules.iter().position(|(name, _)| *name == format!("rule_{of}")).unwrap_or(0);
            let place = own + 1 + source.below(rules.len() - own);
            rules.insert(place.min(rules.len()), (name.clone(), rule));
        }
    };
    sow(&dead, dead_rule);
    sow(&covered, covered_rule);
    sow(&equal, equal_rule);
    let items: Vec<String> = rules.iter().map(|(name, rule)| format!("rule {name} = {rule}\n")).collect();
    SownFile { text: items.concat(), dead, covered, equal }
}

/// A rule with a part that excludes another.
fn dead_rule(n: usize, rule: &str, source: &mut Source<'_>) -> String {
    let k = source.below(50);
    match n % 6 {
        0 => format!("{rule} && server.port == {} && server.port == {}", k + 1, k + 2),
        1 => format!("{rule} && network.peer.address in 10.{k}.0.0/16 && network.peer.address in 11.{k}.0.0/16"),
        2 => format!("server.port > {} && {rule} && server.port <= {}", k + 10, k + 5),
        3 => format!("{rule} && url.full ^= \"https://a{k}\" && url.full like \"http://*\""),
        4 => format!("{rule} && tls.resumed && !exists(tls.resumed)"),
        _ => format!("{rule} && (server.port == {k} || server.port == {}) && server.port > 9000", k + 1),
    }
}

/// A rule with one more condition.
fn covered_rule(n: usize, rule: &str, source: &mut Source<'_>) -> String {
    let k = source.below(60_000);
    match n % 4 {
        0 => format!("{rule} && server.port == {k}"),
        1 => format!("tls.resumed && {rule}"),
        2 => format!("{rule} && (url.full =^ \"/{k}\" || server.port in [{k}, 7])"),
        _ => format!("{rule} && !(server.port < {k})"),
    }
}

/// The same in other words.
fn equal_rule(n: usize, rule: &str, source: &mut Source<'_>) -> String {
    let Some((start, route)) = rule.rsplit_once(" && ") else { return rule.to_owned() };
    match n % 3 {
        0 => format!("{route} && {start}"),
        1 => format!("!(!({start}) || !({route}))"),
        _ => {
            let id = route.rsplit(' ').next().unwrap_or_default();
            let others = if source.one_in(2) { "// once more\n" } else { "" };
            format!("{start} && {others}kong.route.name in [{id}]")
        }
    }
}
