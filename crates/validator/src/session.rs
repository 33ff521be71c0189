//! What is asked for: a session.

use tamis::diagnostic::{Code, Fix, Span};
use tamis_embedded::{Embedded, Node, Value};
use tamis_lang::unit::{Dimension, parse_quantity};

use crate::limits::{LONGEST, RETENTION, SECOND, SHORTEST, USUAL, USUAL_CAP};
use crate::reading::{Reader, Spanned, quoted, rewrite, start_of};

/// A session as somebody asks for it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its name.
    pub name: Option<String>,
    /// The nodes by name or id; none for every node of the fleet.
    pub targets: Option<Vec<Spanned<String>>>,
    /// The whole list of targets.
    pub targets_span: Span,
    /// The Route or Service of the basic rule.
    pub basic: Option<Basic>,
    /// The advanced rule, with its place.
    pub rule: Option<Embedded>,
    /// How long it lasts, in nanoseconds.
    pub duration: Spanned<i64>,
    /// How many traces each node captures at most.
    pub cap: Spanned<u32>,
    /// What is captured.
    pub captures: Vec<Spanned<Capture>>,
    /// For how long the captures are kept, in nanoseconds.
    pub keep: i64,
    /// Where the session begins, for what is about all of it.
    pub span: Span,
}

/// The basic rule: one Route or one Service.
#[derive(Clone, Debug)]
pub struct Basic {
    /// Which of the two.
    pub kind: EntityKind,
    /// Its id or its name.
    pub which: Spanned<String>,
}

/// A kind of entity of a control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// A Gateway Service.
    Service,
    /// A Route.
    Route,
    /// A Consumer.
    Consumer,
}

impl EntityKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Service, Self::Route, Self::Consumer];

    /// The word in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Route => "Route",
            Self::Consumer => "Consumer",
        }
    }
}

/// Something that a session may capture beside the spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capture {
    /// Headers of request and response.
    Headers,
    /// Bodies of request and response.
    Bodies,
    /// The log lines of the request.
    Logs,
    /// The upstream side of request and response.
    Upstream,
    /// The state before and after each plugin.
    Plugins,
    /// Calls to third parties.
    Calls,
}

impl Capture {
    /// Every capture with its word in a session.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("headers", Self::Headers),
        ("bodies", Self::Bodies),
        ("logs", Self::Logs),
        ("upstream", Self::Upstream),
        ("plugins", Self::Plugins),
        ("calls", Self::Calls),
    ];

    /// The word in a session.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, capture)| *capture == self).map_or("", |(word, _)| word)
    }
}

/// The keys of a session.
const KEYS: &[&str] = &[
    "name",
    "targets",
    "route",
    "service",
    "sampling_rule",
    "duration",
    "duration_secs",
    "max_samples",
    "capture",
    "keep",
];

/// Reads a session; one that is no mapping is none.
pub(crate) fn read(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Session> {
    if !reader.map(node, "a session", KEYS) {
        return None;
    }
    let span = start_of(node);
    let (targets, targets_span) = targets(reader, node);
    Some(Session {
        name: reader.text(node, "name").map(|name| name.value),
        targets,
        targets_span: if targets_span.is_empty() { span } else { targets_span },
        basic: basic(reader, node),
        rule: rule(reader, node),
        duration: duration(reader, node, span),
        cap: cap(reader, node, span),
        captures: captures(reader, node),
        keep: keep(reader, node),
        span,
    })
}

fn targets(reader: &mut Reader<'_>, map: Node<'_>) -> (Option<Vec<Spanned<String>>>, Span) {
    let Some(node) = map.get("targets") else { return (None, Span::default()) };
    if node.scalar() == Some("all") {
        return (None, node.span());
    }
    if let Some(one) = node.scalar() {
        return (Some(vec![Spanned { value: one.to_owned(), span: node.span() }]), node.span());
    }
    (Some(reader.texts(node, "`targets`")), node.span())
}

fn basic(reader: &mut Reader<'_>, map: Node<'_>) -> Option<Basic> {
    let route = reader.text(map, "route").map(|which| Basic { kind: EntityKind::Route, which });
    let service = reader.text(map, "service").map(|which| Basic { kind: EntityKind::Service, which });
    if let (Some(_), Some(service)) = (&route, &service) {
        let key = map.entry("service").map_or(service.which.span, |entry| entry.key.span());
        let finding = reader.say(Code::TwoFilters, key, "a basic rule is one Route or one Service, not both");
        let finding = finding.expected("`route` or `service`").found("both");
        reader.add(finding.note("a Route belongs to one Service; the other one goes into `sampling_rule`"));
    }
    route.or(service)
}

fn rule(reader: &mut Reader<'_>, map: Node<'_>) -> Option<Embedded> {
    let node = map.get("sampling_rule")?;
    let rule = node.embedded();
    reader.wants(node, rule.is_some(), "`sampling_rule`", "a text");
    rule
}

fn duration(reader: &mut Reader<'_>, map: Node<'_>, span: Span) -> Spanned<i64> {
    let seconds = reader.number::<u32>(map, "duration_secs", "a whole number of seconds");
    let seconds = seconds.map(|it| Spanned { value: i64::from(it.value).saturating_mul(SECOND), span: it.span });
    let duration = time(reader, map, "duration").or(seconds).unwrap_or(Spanned { value: USUAL, span });
    if !(SHORTEST..=LONGEST).contains(&duration.value) {
        let (near, text) = if duration.value < SHORTEST { (SHORTEST, "10s") } else { (LONGEST, "30m") };
        let is_seconds = map.get("duration").is_none();
        let text = if is_seconds { (near / SECOND).to_string() } else { text.to_owned() };
        let found = shown(duration.value);
        let finding = reader.say(
            Code::DurationOutOfRange,
            duration.span,
            format!("a session lasts 10 s to 30 min, and this is {found}"),
        );
        let written = map.get("duration").or(map.get("duration_secs")).and_then(Node::scalar).unwrap_or_default();
        let fix = rewrite(duration.span, written, &text);
        reader.add(finding.expected("10 s to 30 min").found(found).fix(Some(fix)));
    }
    duration
}

/// The time under a key, such as `5m`.
fn time(reader: &mut Reader<'_>, map: Node<'_>, key: &str) -> Option<Spanned<i64>> {
    let node = map.get(key)?;
    let text = node.scalar();
    reader.wants(node, text.is_some(), &format!("`{key}`"), "a time such as `5m`");
    let text = text?;
    let joined: String = text.chars().filter(|c| *c != ' ').collect();
    match parse_quantity(&joined.replace("min", "m")) {
        Ok(quantity) if quantity.dimension == Dimension::Time => {
            Some(Spanned { value: quantity.amount, span: node.span() })
        }
        _ => {
            let is_number = matches!(node.value(), Value::Number(_));
            let message = if is_number {
                format!("`{text}` has no unit; a time is written `30s`, `5m` or `1h`")
            } else {
                format!("`{text}` is no time; a time is written `30s`, `5m` or `1h`")
            };
            let finding = reader.say(Code::BadEntry, node.span(), message).expected("a time with its unit").found(text);
            // In quotes, because JSON has no such word without them.
            let with_unit = format!("{text}s");
            let fix = Fix::replace(format!("write `{with_unit}`"), node.span(), quoted(&with_unit)).suggestion();
            let fix = is_number.then_some(fix);
            reader.add(finding.fix(fix));
            None
        }
    }
}

fn cap(reader: &mut Reader<'_>, map: Node<'_>, span: Span) -> Spanned<u32> {
    let cap = reader.number::<u32>(map, "max_samples", "a whole number of traces");
    let cap = cap.unwrap_or(Spanned { value: USUAL_CAP, span });
    if cap.value == 0 {
        let finding = reader.say(Code::BadCap, cap.span, "with a cap of 0 traces nothing is captured");
        let fix = Fix::replace(format!("write `{USUAL_CAP}`"), cap.span, USUAL_CAP.to_string()).suggestion();
        reader.add(finding.expected("1 trace or more").found("0").fix(Some(fix)));
    }
    cap
}

fn captures(reader: &mut Reader<'_>, map: Node<'_>) -> Vec<Spanned<Capture>> {
    let Some(node) = map.get("capture") else { return Vec::new() };
    let words = reader.texts(node, "`capture`");
    let read = |word: &Spanned<String>| {
        let value = reader.word(word, "capture", Capture::WORDS)?;
        Some(Spanned { value, span: word.span })
    };
    words.iter().filter_map(read).collect()
}

fn keep(reader: &mut Reader<'_>, map: Node<'_>) -> i64 {
    let Some(keep) = time(reader, map, "keep") else { return RETENTION };
    if keep.value > RETENTION {
        let found = shown(keep.value);
        let finding =
            reader.say(Code::KeptTooLong, keep.span, format!("captures are kept for 7 days, and this is {found}"));
        let written = map.get("keep").and_then(Node::scalar).unwrap_or_default();
        let fix = rewrite(keep.span, written, "7d");
        reader.add(
            finding.expected("7 days at most").found(found).note("download what is needed for longer").fix(Some(fix)),
        );
    }
    keep.value.clamp(0, RETENTION)
}

/// A time in words: `45 min`.
pub(crate) fn shown(nanoseconds: i64) -> String {
    const UNITS: [(i64, &str); 4] =
        [(86_400 * SECOND, "d"), (3_600 * SECOND, "h"), (60 * SECOND, "min"), (SECOND, "s")];
    for (unit, name) in UNITS {
        if nanoseconds >= unit && nanoseconds % unit == 0 {
            return format!("{} {name}", nanoseconds / unit);
        }
    }
    let milliseconds = nanoseconds / 1_000_000;
    if milliseconds >= 1_000 {
        return format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100);
    }
    format!("{milliseconds} ms")
}
