//! Conditions of one rule that exclude each other, always hold, or change nothing beside the others.
//!
//! Everything said here is proved over decision diagrams; what they do not know is never reported.
//! Each mistake is reported once: the innermost chain that is constant, and of parts that change nothing the outermost.

use tamis_lang::builtin::Special;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::span::Span;
use tamis_syntax::tree::{NodeId, NodeKind};

use crate::check::Checker;
use crate::hir::{ConditionId, ConditionKind, Hir};
use crate::logic::{Node, Space};
use crate::meaning::Meaning;

/// The most parts of a chain among which a pair is looked for.
const MOST_PARTS: usize = 64;

/// `&&` or `||` as written in this rule.
struct Chain {
    node: NodeId,
    id: ConditionId,
    is_and: bool,
    parts: Vec<Part>,
}

/// An operand of a chain.
#[derive(Clone, Copy)]
struct Part {
    node: NodeId,
    id: ConditionId,
    truth: Node,
}

/// Reports what follows from the conditions of a rule.
pub(crate) fn check(checker: &mut Checker<'_>, root: NodeId, hir: &Hir) {
    if !checker.options.relations || !checker.sink.has_room(Severity::Warning) || hir.conditions.len() < 2 {
        return;
    }
    let Some(mut space) = Space::of_related(checker.catalog, hir) else { return };
    let chains = chains(checker, root, hir, &space);
    let before = checker.sink.len();
    // Past the bounds of work there is nothing to say.
    let _ = constant_chains(checker, &mut space, &chains);
    constant_leaves(checker, hir, &chains, &space);
    let Some(whole) = space.root(0) else { return };
    if checker.sink.len() == before {
        constant_rule(checker, &mut space, root, whole);
    }
    if whole != Node::FALSE && whole != Node::TRUE {
        let _ = redundant_parts(checker, &mut space, hir, &chains);
    }
}

/// The chains written in a rule, the inner ones first.
fn chains(checker: &Checker<'_>, root: NodeId, hir: &Hir, space: &Space<'_>) -> Vec<Chain> {
    let tree = checker.tree;
    let mut found = Vec::new();
    for node in tree.subtree(root) {
        let NodeKind::Chain { op, operands } = tree.kind(node) else { continue };
        let Meaning::Condition(id) = checker.meaning(node) else { continue };
        let Some(ConditionKind::And(ids) | ConditionKind::Or(ids)) = hir.condition(id).map(|it| &it.kind) else {
            continue;
        };
        let operands = tree.children(*operands);
        let parts = operands.iter().zip(ids).filter_map(|(node, id)| {
            let truth = space.condition(0, *id)?;
            Some(Part { node: tree.without_groups(*node), id: *id, truth })
        });
        let parts: Vec<Part> = parts.collect();
        if parts.len() == operands.len() {
            found.push(Chain { node, id, is_and: op.get().special() == Some(Special::And), parts });
        }
    }
    found
}

/// Chains that are the same for every request although none of their parts is.
fn constant_chains(checker: &mut Checker<'_>, space: &mut Space<'_>, chains: &[Chain]) -> Option<()> {
    let present = space.where_present();
    for chain in chains {
        let truth = space.condition(0, chain.id)?;
        let is_never = chain.is_and && truth == Node::FALSE;
        let is_always = !chain.is_and && space.implies(present, truth)?;
        if !is_never && !is_always {
            continue;
        }
        let mut inner = false;
        for part in &chain.parts {
            inner |= if is_never { part.truth == Node::FALSE } else { space.implies(present, part.truth)? };
        }
        if inner || checker.sink.is_constant(checker.span(chain.node)) {
            continue;
        }
        let pair = pair(space, chain, if is_never { Node::TRUE } else { present })?;
        if is_never {
            let core = if pair.is_none() { core(space, chain)? } else { Vec::new() };
            contradiction(checker, chain, pair, &core);
        } else {
            tautology(checker, chain, pair, truth == Node::TRUE);
        }
    }
    Some(())
}

/// The first two parts that decide a constant chain by themselves.
fn pair(space: &mut Space<'_>, chain: &Chain, among: Node) -> Option<Option<(Part, Part)>> {
    for (place, second) in chain.parts.iter().enumerate().take(MOST_PARTS) {
        for first in chain.parts.iter().take(place) {
            let decides = if chain.is_and {
                space.and(first.truth, second.truth)? == Node::FALSE
            } else {
                let either = space.or(first.truth, second.truth)?;
                space.implies(among, either)?
            };
            if decides {
                return Some(Some((*first, *second)));
            }
        }
    }
    Some(None)
}

/// Few parts of a chain that are never true together: without any one of them they can be.
fn core(space: &mut Space<'_>, chain: &Chain) -> Option<Vec<Part>> {
    let mut kept = chain.parts.clone();
    if kept.len() > MOST_PARTS {
        return Some(kept);
    }
    for part in &chain.parts {
        let others: Vec<Part> = kept.iter().copied().filter(|other| other.node != part.node).collect();
        let both = others.iter().try_fold(Node::TRUE, |both, other| space.and(both, other.truth))?;
        if both == Node::FALSE {
            kept = others;
        }
    }
    Some(kept)
}

fn contradiction(checker: &mut Checker<'_>, chain: &Chain, pair: Option<(Part, Part)>, core: &[Part]) {
    let Some((first, second)) = pair else {
        checker.report(Severity::Warning, |checker| {
            let message = format!("these {} conditions are never true together", core.len());
            let found = Diagnostic::new(Code::Contradiction, checker.span(chain.node), message);
            core.iter().fold(found, |found, part| found.label(checker.span(part.node), "one of them"))
        });
        return;
    };
    let whole = checker.parent(chain.node).is_none() && chain.parts.len() == 2;
    checker.report(Severity::Warning, |checker| {
        let (a, b) = (checker.quote(first.node), checker.quote(second.node));
        let diagnostic = Diagnostic::new(
            Code::Contradiction,
            checker.span(second.node),
            format!("{a} and {b} are never true together"),
        )
        .label(checker.span(first.node), "it excludes this one");
        let is_comparison = |part: &Part| matches!(checker.tree.kind(part.node), NodeKind::Infix { .. });
        let between = Span::new(checker.span(first.node).end, checker.span(second.node).start);
        match operator(between, checker.text) {
            Some(sign) if whole && is_comparison(&first) && is_comparison(&second) => diagnostic
                .note("where one of them is enough, they are joined by `||`")
                .fix(Fix::replace("replace `&&` with `||`", sign, "||").suggestion()),
            _ => diagnostic,
        }
    });
}

/// Where `&&` or `and` stands between two operands.
fn operator(between: Span, text: &str) -> Option<Span> {
    let inner = between.slice(text);
    // A comment may hold anything.
    let found = ["&&", "and"].into_iter().find_map(|sign| Some((inner.find(sign)?, sign.len())));
    let (start, len) = found.filter(|_| !inner.contains("//"))?;
    let start = between.range().start.checked_add(start)?;
    Some(Span::from_range(start..start.checked_add(len)?))
}

fn tautology(checker: &mut Checker<'_>, chain: &Chain, pair: Option<(Part, Part)>, absolutely: bool) {
    let node = chain.node;
    checker.report(Severity::Warning, |checker| {
        let diagnostic = match pair {
            Some((first, second)) => {
                let (a, b) = (checker.quote(first.node), checker.quote(second.node));
                let message = format!("one of {a} and {b} is true of every request");
                Diagnostic::new(Code::AlwaysTrue, checker.span(second.node), message)
                    .label(checker.span(first.node), "where this is false, the other is true")
            }
            None => {
                let message = "one of these conditions is true of every request";
                Diagnostic::new(Code::AlwaysTrue, checker.span(node), message)
            }
        };
        if absolutely { diagnostic } else { diagnostic.note(PRESENCE) }
    });
}

/// What is assumed where presence makes the difference.
const PRESENCE: &str = "the catalog says that every request has these fields";

/// Conditions without parts that are the same for every request.
fn constant_leaves(checker: &mut Checker<'_>, hir: &Hir, chains: &[Chain], space: &Space<'_>) {
    for part in chains.iter().flat_map(|chain| &chain.parts) {
        let is_leaf = hir.condition(part.id).is_some_and(|condition| {
            matches!(
                condition.kind,
                ConditionKind::Test(_) | ConditionKind::Exists(_) | ConditionKind::Quantified { .. }
            )
        });
        if is_leaf && space.condition(0, part.id).is_some() {
            constant(checker, part.node, part.truth, false);
        }
    }
}

/// A rule that is the same for every request, where no part of it shows why.
fn constant_rule(checker: &mut Checker<'_>, space: &mut Space<'_>, root: NodeId, whole: Node) {
    let present = space.where_present();
    let node = checker.tree.without_groups(root);
    if whole != Node::TRUE && space.implies(present, whole) == Some(true) {
        constant(checker, node, Node::TRUE, true);
    } else {
        constant(checker, node, whole, false);
    }
}

fn constant(checker: &mut Checker<'_>, node: NodeId, truth: Node, where_present: bool) {
    let code = match truth {
        Node::FALSE => Code::NeverTrue,
        Node::TRUE => Code::AlwaysTrue,
        _ => return,
    };
    if checker.sink.is_constant(checker.span(node)) || is_literal(checker, node) {
        return;
    }
    checker.report(Severity::Warning, |checker| {
        let what = if truth == Node::FALSE { "never true" } else { "true of every request" };
        let found = Diagnostic::new(code, checker.span(node), format!("{} is {what}", checker.quote(node)));
        if where_present { found.note(PRESENCE) } else { found }
    });
}

/// Whether a condition is `true` or `false`, or made of nothing else: its author knows.
fn is_literal(checker: &Checker<'_>, node: NodeId) -> bool {
    !checker.tree.subtree(node).any(|inner| matches!(checker.tree.kind(inner), NodeKind::Path { .. }))
}

/// Parts without which the rule means the same.
///
/// A part of `&&` changes nothing where it always holds as soon as everything around it and beside it does; a part of
/// `||` where it never holds as long as nothing beside it does.
fn redundant_parts(checker: &mut Checker<'_>, space: &mut Space<'_>, hir: &Hir, chains: &[Chain]) -> Option<()> {
    let mut cares: Vec<Option<Node>> = vec![None; hir.conditions.len()];
    set(&mut cares, hir.root?, Node::TRUE);
    let mut reported: Vec<Span> = Vec::new();
    for (place, condition) in hir.conditions.iter().enumerate().rev() {
        let Some(care) = cares.get(place).copied().flatten() else { continue };
        match &condition.kind {
            ConditionKind::Not(inner) => set(&mut cares, *inner, care),
            ConditionKind::And(ids) | ConditionKind::Or(ids) => {
                let is_and = matches!(condition.kind, ConditionKind::And(_));
                let written = chains.iter().find(|chain| chain.id.0 as usize == place);
                let own = written.filter(|chain| {
                    let span = checker.span(chain.node);
                    !reported.iter().any(|outer| outer.contains(span))
                });
                let truths: Vec<Node> = ids.iter().map(|id| space.condition(0, *id)).collect::<Option<_>>()?;
                let mut alive = vec![true; truths.len()];
                if let Some(chain) = own {
                    alive = needed(space, care, &truths, is_and, |part| is_exempt(hir, chain, part))?;
                    for (part, _) in alive.iter().enumerate().filter(|(_, alive)| !**alive) {
                        redundant(checker, space, chain, part, care)?;
                        reported.extend(chain.parts.get(part).map(|part| checker.span(part.node)));
                    }
                }
                for (id, care) in ids.iter().zip(contexts(space, care, &truths, &alive, is_and)?) {
                    set(&mut cares, *id, care);
                }
            }
            ConditionKind::Constant(_)
            | ConditionKind::Test(_)
            | ConditionKind::Exists(_)
            | ConditionKind::Sample(_)
            | ConditionKind::Quantified { .. } => {}
        }
    }
    Some(())
}

fn set(cares: &mut [Option<Node>], id: ConditionId, care: Node) {
    if let Some(slot) = cares.get_mut(id.0 as usize) {
        *slot = Some(care);
    }
}

/// What remains to be decided by a part when a part beside it does not decide.
fn narrow(space: &mut Space<'_>, care: Node, part: Node, is_and: bool) -> Option<Node> {
    if is_and { space.and(care, part) } else { space.without(care, part) }
}

/// Which parts of a chain are needed; of two that say the same the first.
fn needed(
    space: &mut Space<'_>,
    care: Node,
    truths: &[Node],
    is_and: bool,
    is_exempt: impl Fn(usize) -> bool,
) -> Option<Vec<bool>> {
    let mut before = vec![care];
    for truth in truths {
        let last = before.last().copied()?;
        before.push(narrow(space, last, *truth, is_and)?);
    }
    let mut alive = vec![true; truths.len()];
    let mut behind = Node::TRUE;
    for (place, truth) in truths.iter().enumerate().rev() {
        let open = space.and(before.get(place).copied()?, behind)?;
        let missed = if is_and { space.without(open, *truth)? } else { space.and(open, *truth)? };
        let constant = *truth == Node::TRUE || *truth == Node::FALSE;
        if missed == Node::FALSE && open != Node::FALSE && !constant && !is_exempt(place) {
            *alive.get_mut(place)? = false;
        } else {
            behind = narrow(space, behind, *truth, is_and)?;
        }
    }
    Some(alive)
}

/// In which requests each part of a chain decides, the parts that are not needed left out.
fn contexts(space: &mut Space<'_>, care: Node, truths: &[Node], alive: &[bool], is_and: bool) -> Option<Vec<Node>> {
    let neutral = if is_and { Node::TRUE } else { Node::FALSE };
    let kept = truths.iter().zip(alive).map(|(truth, alive)| if *alive { *truth } else { neutral });
    let kept: Vec<Node> = kept.collect();
    let mut before = vec![care];
    for truth in &kept {
        let last = before.last().copied()?;
        before.push(narrow(space, last, *truth, is_and)?);
    }
    let mut behind = Node::TRUE;
    let mut found = vec![Node::FALSE; kept.len()];
    for (place, truth) in kept.iter().enumerate().rev() {
        *found.get_mut(place)? = space.and(before.get(place).copied()?, behind)?;
        behind = narrow(space, behind, *truth, is_and)?;
    }
    Some(found)
}

/// Whether a part says on purpose what others imply: a test of presence does, and constants are reported as such.
fn is_exempt(hir: &Hir, chain: &Chain, part: usize) -> bool {
    let kind = |id: ConditionId| hir.condition(id).map(|condition| &condition.kind);
    let own = chain.parts.get(part).and_then(|part| kind(part.id));
    match own {
        Some(ConditionKind::Not(inner)) => matches!(kind(*inner), Some(ConditionKind::Exists(_))),
        Some(ConditionKind::Exists(_) | ConditionKind::Constant(_)) | None => true,
        Some(_) => false,
    }
}

fn redundant(checker: &mut Checker<'_>, space: &mut Space<'_>, chain: &Chain, part: usize, care: Node) -> Option<()> {
    let own = *chain.parts.get(part)?;
    if !checker.sink.has_room(Severity::Warning) {
        checker.sink.count(Severity::Warning);
        return Some(());
    }
    if checker.sink.is_constant(checker.span(own.node)) {
        return Some(());
    }
    let mut reason = None;
    for other in chain.parts.iter().filter(|other| other.node != own.node).take(MOST_PARTS) {
        let (from, to) = if chain.is_and { (other.truth, own.truth) } else { (own.truth, other.truth) };
        if space.implies(from, to)? {
            reason = Some(*other);
            break;
        }
    }
    let around = if chain.is_and { space.without(care, own.truth)? } else { space.and(care, own.truth)? };
    checker.report(Severity::Warning, |checker| {
        let text = checker.quote(own.node);
        let found = |message: String| Diagnostic::new(Code::Redundant, checker.span(own.node), message);
        let diagnostic = match reason {
            Some(other) => {
                let because = checker.quote(other.node);
                let message = match (other.truth == own.truth, chain.is_and) {
                    (true, _) if text == because => format!("{text} stands here twice"),
                    (true, _) => format!("{text} says the same as {because}"),
                    (false, true) => format!("{because} already implies {text}"),
                    (false, false) => format!("{because} already covers {text}"),
                };
                let label =
                    if chain.is_and { "where this holds, the other does" } else { "it holds wherever the other does" };
                found(message).label(checker.span(other.node), label)
            }
            None if around == Node::FALSE && chain.is_and => {
                found(format!("{text} always holds here")).note("the conditions around it imply it")
            }
            None if around == Node::FALSE => {
                found(format!("{text} never holds here")).note("the conditions around it exclude it")
            }
            None if chain.is_and => found(format!("the other conditions already imply {text}")),
            None => found(format!("the other conditions already cover {text}")),
        };
        diagnostic.fix(Fix::delete("remove it", removal(checker, chain, part)).suggestion())
    });
    Some(())
}

/// A part of a chain with the operator that joins it.
fn removal(checker: &Checker<'_>, chain: &Chain, part: usize) -> Span {
    let NodeKind::Chain { operands, .. } = checker.tree.kind(chain.node) else { return checker.span(chain.node) };
    let operands = checker.tree.children(*operands);
    let span = |place: usize| operands.get(place).map(|node| checker.span(*node));
    let own = span(part).unwrap_or_else(|| checker.span(chain.node));
    match (part.checked_sub(1).and_then(span), span(part + 1)) {
        (Some(before), _) => Span::new(before.end, own.end),
        (None, Some(after)) => Span::new(own.start, after.start),
        (None, None) => own,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn conditions_that_exclude_each_other_are_told() {
        check(
            &[
                "http.response.status_code == 503 && http.response.status_code == 504",
                r#"http.request.method == "GET" && tls.resumed && http.request.method in ["PUT", "POST"]"#,
                "client.address in 10.0.0.0/8 && client.address in 192.168.0.0/16",
                r#"(url.path ^= "/v1" && url.path like "/v2*") || tls.resumed"#,
                "http.response.status_code >= 500 && (tls.resumed || (http.response.status_code < 500 && http.response.status_code > 550))",
                "!exists(tls.resumed) && tls.resumed",
                r#"lower(url.path) == "/a" && lower(url.path) == "/b""#,
                "proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms && proxy.kong.latency.total - proxy.kong.latency.upstream < 10ms",
                r#"url.path ~ "a+b" && !(url.path ~ "a+b")"#,
                "(http.response.status_code < 500 || tls.resumed) && http.response.status_code > 500 && tls.resumed == false",
            ],
            &expect![[r#"
                > http.response.status_code == 503 && http.response.status_code == 504
                T421 warning 36..68 `http.response.status_code == 503` and `http.response.status_code == 504` are never true together
                  label 0..32 it excludes this one
                  note where one of them is enough, they are joined by `||`
                  maybe replace `&&` with `||`: http.response.status_code == 503 || http.response.status_code == 504
                > http.request.method == "GET" && tls.resumed && http.request.method in ["PUT", "POST"]
                T421 warning 47..85 `http.request.method == "GET"` and `http.request.method in ["PUT", "POST"]` are never true together
                  label 0..28 it excludes this one
                > client.address in 10.0.0.0/8 && client.address in 192.168.0.0/16
                T421 warning 32..64 `client.address in 10.0.0.0/8` and `client.address in 192.168.0.0/16` are never true together
                  label 0..28 it excludes this one
                  note where one of them is enough, they are joined by `||`
                  maybe replace `&&` with `||`: client.address in 10.0.0.0/8 || client.address in 192.168.0.0/16
                > (url.path ^= "/v1" && url.path like "/v2*") || tls.resumed
                T421 warning 22..42 `url.path ^= "/v1"` and `url.path like "/v2*"` are never true together
                  label 1..18 it excludes this one
                > http.response.status_code >= 500 && (tls.resumed || (http.response.status_code < 500 && http.response.status_code > 550))
                T421 warning 88..119 `http.response.status_code < 500` and `http.response.status_code > 550` are never true together
                  label 53..84 it excludes this one
                > !exists(tls.resumed) && tls.resumed
                T421 warning 24..35 `!exists(tls.resumed)` and `tls.resumed` are never true together
                  label 0..20 it excludes this one
                > lower(url.path) == "/a" && lower(url.path) == "/b"
                T421 warning 27..50 `lower(url.path) == "/a"` and `lower(url.path) == "/b"` are never true together
                  label 0..23 it excludes this one
                  note where one of them is enough, they are joined by `||`
                  maybe replace `&&` with `||`: lower(url.path) == "/a" || lower(url.path) == "/b"
                > proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms && proxy.kong.latency.total - proxy.kong.latency.upstream < 10ms
                T421 warning 65..126 `proxy.kong.latency.total - proxy.kong.latency.upstream > 50m…` and `proxy.kong.latency.total - proxy.kong.latency.upstream < 10m…` are never true together
                  label 0..61 it excludes this one
                  note where one of them is enough, they are joined by `||`
                  maybe replace `&&` with `||`: proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms || proxy.kong.latency.total - proxy.kong.latency.upstream < 10ms
                > url.path ~ "a+b" && !(url.path ~ "a+b")
                T421 warning 20..39 `url.path ~ "a+b"` and `!(url.path ~ "a+b")` are never true together
                  label 0..16 it excludes this one
                > (http.response.status_code < 500 || tls.resumed) && http.response.status_code > 500 && tls.resumed == false
                T421 warning 0..107 these 3 conditions are never true together
                  label 1..47 one of them
                  label 52..83 one of them
                  label 87..107 one of them
            "#]],
        );
    }

    #[test]
    fn a_regular_expression_that_is_a_plain_text_is_known() {
        check_code(
            Code::Contradiction,
            &[
                r#"url.path ~ "^/v1" && url.path ^= "/v2""#,
                r#"url.path ~ "json$" && url.path =^ ".css""#,
                r#"url.path ~ "abc" && url.path not contains "b""#,
                r#"url.path ~ "^/v1.json$" && url.path ^= "/v2""#,
            ],
            &expect![[r#"
                > url.path ~ "^/v1" && url.path ^= "/v2"
                T421 warning 21..38 `url.path ~ "^/v1"` and `url.path ^= "/v2"` are never true together
                  label 0..17 it excludes this one
                  note where one of them is enough, they are joined by `||`
                  maybe replace `&&` with `||`: url.path ~ "^/v1" || url.path ^= "/v2"
                > url.path ~ "json$" && url.path =^ ".css"
                T421 warning 22..40 `url.path ~ "json$"` and `url.path =^ ".css"` are never true together
                  label 0..18 it excludes this one
                  note where one of them is enough, they are joined by `||`
                  maybe replace `&&` with `||`: url.path ~ "json$" || url.path =^ ".css"
                > url.path ~ "abc" && url.path not contains "b"
                T421 warning 20..45 `url.path ~ "abc"` and `url.path not contains "b"` are never true together
                  label 0..16 it excludes this one
                  note where one of them is enough, they are joined by `||`
                  maybe replace `&&` with `||`: url.path ~ "abc" || url.path not contains "b"
                > url.path ~ "^/v1.json$" && url.path ^= "/v2"
            "#]],
        );
    }

    #[test]
    fn conditions_that_always_hold_are_told() {
        check(
            &[
                "http.response.status_code >= 500 || http.response.status_code < 500",
                "exists(tls.resumed) || !exists(tls.resumed)",
                "tls.resumed && (http.response.status_code >= 500 || http.response.status_code < 600)",
                r#"any(v in http.request.header.accept, v == "a" && v == "b") || tls.resumed"#,
                r#"none(v in http.request.header.accept, v == "a" && v == "b")"#,
            ],
            &expect![[r#"
                > http.response.status_code >= 500 || http.response.status_code < 500
                T422 warning 36..67 one of `http.response.status_code >= 500` and `http.response.status_code < 500` is true of every request
                  label 0..32 where this is false, the other is true
                  note the catalog says that every request has these fields
                > exists(tls.resumed) || !exists(tls.resumed)
                T422 warning 23..43 one of `exists(tls.resumed)` and `!exists(tls.resumed)` is true of every request
                  label 0..19 where this is false, the other is true
                > tls.resumed && (http.response.status_code >= 500 || http.response.status_code < 600)
                T422 warning 52..83 one of `http.response.status_code >= 500` and `http.response.status_code < 600` is true of every request
                  label 16..48 where this is false, the other is true
                  note the catalog says that every request has these fields
                > any(v in http.request.header.accept, v == "a" && v == "b") || tls.resumed
                T420 warning 0..58 `any(v in http.request.header.accept, v == "a" && v == "b")` is never true
                > none(v in http.request.header.accept, v == "a" && v == "b")
                T422 warning 0..59 `none(v in http.request.header.accept, v == "a" && v == "b")` is true of every request
            "#]],
        );
    }

    #[test]
    fn conditions_that_change_nothing_are_told() {
        check(
            &[
                "http.response.status_code >= 500 && http.response.status_code >= 400",
                "http.response.status_code >= 500 || http.response.status_code == 503",
                "http.response.status_code == 503 || http.response.status_code == 503",
                r#"url.path ^= "/api/v1" && (url.path ^= "/api" && tls.resumed)"#,
                "tls.resumed && (tls.resumed || tls.established)",
                "tls.resumed && (tls.established || !tls.resumed)",
                r#"client.address in 10.1.0.0/16 && client.address in [10.0.0.0/8, 192.168.0.0/16]"#,
                r#"any(http.request.header.accept) == "a" && any(http.request.header.accept) in ["a", "b"]"#,
                r#"http.response.status_code > 500 && http.response.status_code < 502 && http.response.status_code != 404"#,
            ],
            &expect![[r#"
                > http.response.status_code >= 500 && http.response.status_code >= 400
                T423 warning 36..68 `http.response.status_code >= 500` already implies `http.response.status_code >= 400`
                  label 0..32 where this holds, the other does
                  maybe remove it: http.response.status_code >= 500
                > http.response.status_code >= 500 || http.response.status_code == 503
                T423 warning 36..68 `http.response.status_code >= 500` already covers `http.response.status_code == 503`
                  label 0..32 it holds wherever the other does
                  maybe remove it: http.response.status_code >= 500
                > http.response.status_code == 503 || http.response.status_code == 503
                T423 warning 36..68 `http.response.status_code == 503` stands here twice
                  label 0..32 it holds wherever the other does
                  maybe remove it: http.response.status_code == 503
                > url.path ^= "/api/v1" && (url.path ^= "/api" && tls.resumed)
                T423 warning 26..44 `url.path ^= "/api"` always holds here
                  note the conditions around it imply it
                  maybe remove it: url.path ^= "/api/v1" && (tls.resumed)
                > tls.resumed && (tls.resumed || tls.established)
                T423 warning 16..46 `tls.resumed` already implies `tls.resumed || tls.established`
                  label 0..11 where this holds, the other does
                  maybe remove it: tls.resumed
                > tls.resumed && (tls.established || !tls.resumed)
                T407 hint 35..36 a negation is true where `tls.resumed` is absent
                  maybe match present values only: tls.resumed && (tls.established || (exists(tls.resumed) && !tls.resumed))
                  maybe say that absent values match: tls.resumed && (tls.established || !exists(tls.resumed) || !tls.resumed)
                T423 warning 35..47 `!tls.resumed` never holds here
                  note the conditions around it exclude it
                  maybe remove it: tls.resumed && (tls.established)
                > client.address in 10.1.0.0/16 && client.address in [10.0.0.0/8, 192.168.0.0/16]
                T423 warning 33..79 `client.address in 10.1.0.0/16` already implies `client.address in [10.0.0.0/8, 192.168.0.0/16]`
                  label 0..29 where this holds, the other does
                  maybe remove it: client.address in 10.1.0.0/16
                > any(http.request.header.accept) == "a" && any(http.request.header.accept) in ["a", "b"]
                T423 warning 42..87 `any(http.request.header.accept) == "a"` already implies `any(http.request.header.accept) in ["a", "b"]`
                  label 0..38 where this holds, the other does
                  maybe remove it: any(http.request.header.accept) == "a"
                > http.response.status_code > 500 && http.response.status_code < 502 && http.response.status_code != 404
                T423 warning 70..102 `http.response.status_code > 500` already implies `http.response.status_code != 404`
                  label 0..31 where this holds, the other does
                  maybe remove it: http.response.status_code > 500 && http.response.status_code < 502
            "#]],
        );
    }

    #[test]
    fn rules_whose_parts_all_count_are_fine() {
        let rules = [
            "http.response.status_code >= 500 && http.response.status_code < 600",
            "http.response.status_code == 401 && !(proxy.kong.upstream.status_code == 401)",
            r#"exists(kong.route.name) && kong.route.name != "x""#,
            r#"!exists(kong.route.name) || !(kong.route.name == "x")"#,
            r#"any(http.request.header.accept) == "a" && any(http.request.header.accept) == "b""#,
            r#"url.path ^= "/a" && url.path =^ "/b" && url.path contains "c""#,
            r#"url.path ~ "a" && url.path ~ "b" && url.path !~ "c""#,
        ];
        for code in [Code::NeverTrue, Code::Contradiction, Code::AlwaysTrue, Code::Redundant] {
            check_without(code, &rules);
        }
    }
}
