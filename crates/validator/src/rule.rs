//! The rule of a session: the basic and the advanced one as one text, and what it asks of requests.

use tamis::diagnostic::Span;
use tamis::{Catalog, CheckedRule, Constant, Options, analyze};
use tamis_lang::prepared::{Element, Prepared};
use tamis_types::hir::{ConditionId, ConditionKind, FieldUseId, Hir, Right, Test, ValueId, ValueKind};

/// What a session asks of a request, as one rule.
#[derive(Clone, Debug)]
pub(crate) struct Combined {
    /// The text of both rules together.
    pub(crate) text: String,
    /// The basic rule by itself.
    pub(crate) basic: Option<CheckedRule>,
    /// The advanced rule by itself.
    pub(crate) advanced: Option<CheckedRule>,
    /// Both together.
    pub(crate) checked: CheckedRule,
}

/// The rule of a text without errors.
pub(crate) fn checked(text: &str, catalog: &Catalog) -> Option<CheckedRule> {
    let analysis = analyze(text, catalog, &Options::for_loading());
    analysis.rules().first().and_then(|rule| rule.checked()).cloned()
}

impl Combined {
    /// Both rules as one text; a comment at the end of the advanced one ends with its line.
    pub(crate) fn text_of(basic: &str, advanced: &str) -> String {
        format!("{basic} && (\n{}\n)", advanced.trim_end())
    }

    /// Both rules as one; none where they have no rule together, as over a limit.
    pub(crate) fn of(basic: Option<&str>, advanced: Option<(&str, CheckedRule)>, catalog: &Catalog) -> Option<Self> {
        let text = match (basic, &advanced) {
            (None, None) => "true".to_owned(),
            (Some(basic), None) => basic.to_owned(),
            (None, Some((advanced, _))) => (*advanced).to_owned(),
            (Some(basic), Some((advanced, _))) => Self::text_of(basic, advanced),
        };
        let basic = basic.and_then(|basic| checked(basic, catalog));
        let alone = advanced.as_ref().filter(|_| basic.is_none()).map(|(_, rule)| rule.clone());
        let checked = alone.or_else(|| checked(&text, catalog))?;
        Some(Self { text, basic, advanced: advanced.map(|(_, rule)| rule), checked })
    }
}

/// A text as a rule writes it.
pub(crate) fn literal(text: &str) -> String {
    Constant::String(text.as_bytes().into()).to_string()
}

/// A field that is compared with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) field: String,
    pub(crate) value: String,
    /// The text within the rule.
    pub(crate) span: Span,
    /// Whether a request matches only if this comparison holds.
    pub(crate) is_required: bool,
    /// Whether a request may match because this comparison does not hold.
    pub(crate) is_negated: bool,
}

/// Every text that a field is compared with for equality.
pub(crate) fn mentions(hir: &Hir, text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut open: Vec<(ConditionId, bool, bool)> = hir.root.map(|root| (root, true, false)).into_iter().collect();
    while let Some((id, is_required, is_negated)) = open.pop() {
        let Some(condition) = hir.condition(id) else { continue };
        match &condition.kind {
            ConditionKind::Not(inner) => open.push((*inner, false, !is_negated)),
            ConditionKind::And(parts) => open.extend(parts.iter().map(|part| (*part, is_required, is_negated))),
            ConditionKind::Or(parts) => open.extend(parts.iter().map(|part| (*part, false, is_negated))),
            ConditionKind::Test(test) => {
                let is_negated = is_negated != test.negated;
                let values = compared(hir, test, text, condition.span);
                let is_required = is_required && !is_negated && values.len() == 1;
                found.extend(values.into_iter().map(|(field, value, span)| Mention {
                    field,
                    value,
                    span,
                    is_required,
                    is_negated,
                }));
            }
            ConditionKind::Constant(_)
            | ConditionKind::Exists(_)
            | ConditionKind::Sample(_)
            | ConditionKind::Quantified { .. } => {}
        }
    }
    found.sort_by_key(|mention| mention.span);
    found
}

/// The field of an equality or a set, with each text that it is compared with.
fn compared(hir: &Hir, test: &Test, text: &str, whole: Span) -> Vec<(String, String, Span)> {
    let field = |id: ValueId| match hir.value(id).map(|value| &value.kind) {
        Some(ValueKind::Field(field)) => hir.field(*field).map(|field| field.name.clone()),
        _ => None,
    };
    let constant = |id: ValueId| {
        let value = hir.value(id)?;
        match &value.kind {
            ValueKind::Constant(Constant::String(bytes)) => {
                Some((String::from_utf8_lossy(bytes).into_owned(), value.span))
            }
            _ => None,
        }
    };
    match test.right {
        Right::Value(right) if test.op.get().name == "==" => {
            let sides = field(test.left).zip(constant(right)).or_else(|| field(right).zip(constant(test.left)));
            sides.map(|(field, (value, span))| (field, value, span)).into_iter().collect()
        }
        Right::Prepared(set) => match (hir.prepared.get(set.0 as usize), field(test.left)) {
            (Some(Prepared::Set(set)), Some(field)) => {
                let texts = set.elements().iter().filter_map(|element| match element {
                    Element::Value(Constant::String(bytes)) => Some(String::from_utf8_lossy(bytes).into_owned()),
                    Element::Value(_) | Element::Range(..) => None,
                });
                texts.map(|value| (field.clone(), value.clone(), within(text, whole, &value))).collect()
            }
            _ => Vec::new(),
        },
        Right::Value(_) => Vec::new(),
    }
}

/// Where a text stands within a condition; the whole condition where it is spelled in another way.
fn within(text: &str, whole: Span, wanted: &str) -> Span {
    let place = whole.slice(text).find(wanted).filter(|_| !wanted.is_empty());
    place.map_or(whole, |at| {
        let start = whole.range().start + at;
        Span::from_range(start..start + wanted.len())
    })
}

/// The first place where a rule uses a field.
pub(crate) fn place_of(hir: &Hir, field: FieldUseId, text: &str) -> Span {
    let values = hir.values.iter().filter(|value| match &value.kind {
        ValueKind::Field(used) | ValueKind::Count(used) | ValueKind::ListLen(used) => *used == field,
        ValueKind::Constant(_)
        | ValueKind::Variable(_)
        | ValueKind::Call { .. }
        | ValueKind::Default(..)
        | ValueKind::TextLen(_) => false,
    });
    let conditions = hir.conditions.iter().filter(|condition| match &condition.kind {
        ConditionKind::Exists(used) => *used == field,
        ConditionKind::Quantified { source, .. } => *source == field,
        ConditionKind::Constant(_)
        | ConditionKind::Not(_)
        | ConditionKind::And(_)
        | ConditionKind::Or(_)
        | ConditionKind::Test(_)
        | ConditionKind::Sample(_) => false,
    });
    let name = hir.field(field).map_or("", |field| field.name.as_str());
    let spans = values.map(|value| value.span).chain(conditions.map(|condition| condition.span));
    let first = spans.min_by_key(|span| (span.start, span.end)).unwrap_or_default();
    within(text, first, name)
}
