//! Calls: the functions that only the compiler knows, and names that are no function.

use tamis_lang::builtin::{self, BuiltinId, Special};
use tamis_lang::catalog::{Resolution, Shape};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix};
use tamis_lang::nearest::nearest;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::NodeId;

use crate::arithmetic::usage;
use crate::check::Checker;
use crate::functions::{ForeignMeaning, foreign_function};
use crate::hir::{ConditionKind, FieldUseId, Mode, ValueKind};
use crate::meaning::{Meaning, Place, Term};
use crate::prose::quote;
use crate::retype::retype;

impl Checker<'_> {
    pub(crate) fn call(&mut self, id: NodeId, name: Span, label: Option<Span>, arguments: &[NodeId]) -> Meaning {
        if let Some(function) = builtin::by_function_name(name.slice(self.text)).filter(|id| id.get().is_sample()) {
            return self.sample(id, (function, name), label, arguments);
        }
        self.no_label(label);
        let Some(function) = builtin::by_function_name(name.slice(self.text)) else {
            return self.unknown_function(id, name, arguments);
        };
        self.known_call(id, function, name, arguments)
    }

    fn known_call(&mut self, id: NodeId, function: BuiltinId, name: Span, arguments: &[NodeId]) -> Meaning {
        if function.get().is_sample() {
            return self.sample(id, (function, name), None, arguments);
        }
        let builtin = function.get();
        let Some(special) = builtin.special() else {
            return self.function(id, function, name, arguments);
        };
        let is_condition = matches!(special, Special::Exists);
        let broken = |checker: &mut Self| if is_condition { checker.broken_condition() } else { checker.hole() };
        let [argument] = arguments else {
            self.error(|_| wrong_count(builtin, name, arguments.len()));
            return broken(self);
        };
        let Some(term) = self.term(*argument) else { return broken(self) };
        match special {
            Special::Exists => self.exists(id, *argument, &term),
            Special::Count => self.count(id, *argument, &term),
            Special::Len => self.len(id, *argument, &term),
            Special::Any => self.moded(id, name, *argument, term, Mode::Any),
            Special::All => self.moded(id, name, *argument, term, Mode::All),
            Special::None => {
                self.error(|checker| {
                    let text = checker.slice(*argument);
                    let message = "`none` names each value and has a condition on it";
                    Diagnostic::new(Code::BadQuantifier, checker.span(id), message)
                        .note(format!("it is written `none(v in {text}, v == …)`"))
                });
                Meaning::Broken
            }
            Special::And | Special::Or | Special::Not | Special::Default => self.hole(),
        }
    }

    fn exists(&mut self, id: NodeId, argument: NodeId, term: &Term) -> Meaning {
        match self.field_argument("exists", argument, term) {
            Some(field) => {
                self.item.tested.push(field);
                self.push_condition(id, ConditionKind::Exists(field))
            }
            None => self.broken_condition(),
        }
    }

    fn count(&mut self, id: NodeId, argument: NodeId, term: &Term) -> Meaning {
        let Some(field) = self.field_argument("count", argument, term) else { return self.hole() };
        self.item.tested.push(field);
        let result = Term { constant: false, depth: 2, ..Term::constant(term.place, Ty::Int) };
        self.ready(id, ValueKind::Count(field), result)
    }

    /// The field that a function wants as its argument.
    fn field_argument(&mut self, function: &str, argument: NodeId, term: &Term) -> Option<FieldUseId> {
        if let (Place::Field(field), None) = (term.place, term.mode) {
            return Some(field);
        }
        self.error(|checker| {
            let text = checker.quote(argument);
            let base = match (term.place, term.literal()) {
                _ if term.mode.is_some() => {
                    format!("`{function}` looks at all values of a field; write the field itself")
                }
                (Place::Variable(_), _) => format!("`{function}` takes a field, and {text} is one value of a field"),
                (_, Some(literal)) => {
                    // A field in quotes, as other languages write it.
                    if let Some(name) = checker.constant_text(literal).filter(|name| checker.is_field(name)) {
                        let fix = Fix::replace("remove the quotes", checker.span(argument), name);
                        let message = format!("`{function}` takes a field, but {text} is a string; remove the quotes");
                        return Diagnostic::new(Code::ArgumentType, checker.span(argument), message).fix(fix);
                    }
                    format!("`{function}` takes a field, but {text} is {}", term.ty.with_article())
                }
                _ => format!("`{function}` takes a field, and {text} is the result of an operation"),
            };
            Diagnostic::new(Code::ArgumentType, checker.span(argument), base)
        });
        None
    }

    fn is_field(&self, name: &str) -> bool {
        matches!(self.catalog.resolve(name, None), Resolution::Field { .. })
    }

    fn len(&mut self, id: NodeId, argument: NodeId, term: &Term) -> Meaning {
        let field = term.field.and_then(|id| self.catalog.field(id));
        let is_list = field.is_some_and(|field| field.shape == Shape::Many);
        let depth = term.depth.saturating_add(1);
        let base = Term { place: term.place, ty: Ty::Int, field: None, scale: None, depth, ..*term };
        if let (Place::Field(field), None, true) = (term.place, term.mode, is_list) {
            return self.ready(id, ValueKind::ListLen(field), Term { many: false, ..base });
        }
        if term.ty == Ty::String {
            let value = self.value(argument, term);
            return self.ready(id, ValueKind::TextLen(value), base);
        }
        self.error(|checker| {
            let (text, ty) = (checker.quote(argument), term.ty.with_article());
            let message = format!("`len` takes a string or a list, but {text} is {ty}");
            Diagnostic::new(Code::ArgumentType, checker.span(argument), message)
        });
        Meaning::Hole
    }

    /// `any(f)` and `all(f)`: how many values of the comparison around it must pass.
    fn moded(&mut self, id: NodeId, name: Span, argument: NodeId, term: Term, mode: Mode) -> Meaning {
        let word = name.slice(self.text);
        if term.constant {
            self.error(|checker| {
                let message = format!("`{word}` takes a field, and there is none in {}", checker.quote(argument));
                Diagnostic::new(Code::ArgumentType, checker.span(argument), message)
            });
            return Meaning::Hole;
        }
        if term.mode.is_some_and(|inner| inner != mode) {
            self.error(|checker| {
                let message = "`any` and `all` in one comparison contradict each other";
                Diagnostic::new(Code::AnyOutsideComparison, checker.span(id), message)
            });
            return Meaning::Hole;
        }
        if !term.many && term.mode.is_none() {
            self.warn(|checker| {
                let text = checker.slice(argument);
                let message = format!("`{word}` asks about several values, and {} has one", quote(text));
                Diagnostic::new(Code::UselessAny, name, message).fix(Fix::replace(
                    format!("remove `{word}`"),
                    checker.span(id),
                    text,
                ))
            });
        }
        Meaning::Value(Term { mode: Some(mode), many: false, ..term })
    }

    fn unknown_function(&mut self, id: NodeId, name: Span, arguments: &[NodeId]) -> Meaning {
        let spelled = name.slice(self.text);
        match foreign_function(spelled) {
            Some(ForeignMeaning::Function(ours)) => self.renamed(id, name, ours, arguments),
            Some(ForeignMeaning::Operator(ours)) => self.function_as_operator(id, name, ours, arguments),
            Some(ForeignMeaning::Literal) => {
                self.error(|checker| checker.function_around_literal(id, name, arguments));
                Meaning::Hole
            }
            Some(ForeignMeaning::Nothing(why)) => {
                self.error(|_| {
                    Diagnostic::new(Code::UnknownFunction, name, format!("there is no function {}", quote(spelled)))
                        .note(why)
                });
                Meaning::Hole
            }
            None => self.misspelled(id, name, arguments),
        }
    }

    /// A function under the name that another language gives it; checked on as ours.
    fn renamed(&mut self, id: NodeId, name: Span, ours: &'static str, arguments: &[NodeId]) -> Meaning {
        self.error(|checker| {
            let spelled = quote(name.slice(checker.text));
            let message = format!("there is no function {spelled}; it is called `{ours}` here");
            Diagnostic::new(Code::UnknownFunction, name, message).fix(Fix::replace(format!("use `{ours}`"), name, ours))
        });
        match builtin::by_function_name(ours) {
            Some(function) => self.known_call(id, function, name, arguments),
            None => Meaning::Hole,
        }
    }

    /// A function that is an operator here: `matches(a, "b")`.
    fn function_as_operator(&mut self, id: NodeId, name: Span, ours: &str, arguments: &[NodeId]) -> Meaning {
        self.error(|checker| {
            let spelled = quote(name.slice(checker.text));
            let misread = checker.sink.is_misread(checker.span(id));
            let [left, right] = (if misread { &[] } else { arguments }) else {
                let message = format!("there is no function {spelled}; write the operator `{ours}`");
                return Diagnostic::new(Code::UnknownFunction, name, message);
            };
            let right_text = match (ours, checker.constant_text(*right)) {
                // A network in quotes.
                ("in", Some(text)) if text.parse::<ipnet::IpNet>().is_ok() => text,
                _ => checker.slice(*right).to_owned(),
            };
            let better = format!("{} {ours} {right_text}", checker.slice(*left));
            let message = format!("there is no function {spelled}; write {}", quote(&better));
            Diagnostic::new(Code::UnknownFunction, name, message).fix(Fix::replace(
                format!("write {}", quote(&better)),
                checker.span(id),
                better,
            ))
        });
        Meaning::Broken
    }

    /// `ip("10.0.0.1")`: the literal itself.
    fn function_around_literal(&self, id: NodeId, name: Span, arguments: &[NodeId]) -> Diagnostic {
        let spelled = quote(name.slice(self.text));
        let base = format!("there is no function {spelled}");
        let [argument] = arguments else {
            return Diagnostic::new(Code::UnknownFunction, name, base).note("values are written as literals");
        };
        let types = [Ty::Ip, Ty::Network, Ty::Duration, Ty::Size, Ty::Int, Ty::Float];
        let constant = self.constant(self.tree.without_groups(*argument));
        let literal = match constant {
            Some(Constant::String(_)) => {
                let text = |ty: &Ty| retype(constant?, self.slice(*argument), *ty, None).map(|rewrite| rewrite.text);
                types.iter().find_map(text)
            }
            _ => Some(self.slice(*argument).to_owned()),
        };
        match literal {
            Some(literal) => {
                let message = format!("{base}; write {}", quote(&literal));
                Diagnostic::new(Code::UnknownFunction, name, message).fix(Fix::replace(
                    format!("write {}", quote(&literal)),
                    self.span(id),
                    literal,
                ))
            }
            None => Diagnostic::new(Code::UnknownFunction, name, base).note("values are written as literals"),
        }
    }

    /// No function of any language that we know.
    fn misspelled(&mut self, id: NodeId, name: Span, arguments: &[NodeId]) -> Meaning {
        let spelled = name.slice(self.text);
        let functions =
            || builtin::all().filter(|(_, builtin)| builtin.form.is_function()).map(|(_, builtin)| builtin.name);
        let near = nearest(spelled, functions());
        self.error(|checker| {
            let base = format!("there is no function {}", quote(spelled));
            match near {
                Some(near) => {
                    let fix = Fix::replace(format!("use `{near}`"), name, near);
                    let certain = near.eq_ignore_ascii_case(spelled);
                    Diagnostic::new(Code::UnknownFunction, name, format!("{base}; did you mean `{near}`?"))
                        .fix(if certain { fix } else { fix.suggestion() })
                }
                None if checker.is_field(spelled) => {
                    let span = Span::new(name.end, checker.span(id).end);
                    let edit = Edit { span, text: String::new() };
                    Diagnostic::new(
                        Code::UnknownFunction,
                        name,
                        format!("{} is a field, not a function", quote(spelled)),
                    )
                    .fix(Fix {
                        applicability: tamis_lang::diagnostic::Applicability::Suggestion,
                        ..Fix::new("remove the parentheses", vec![edit])
                    })
                }
                None => {
                    let all = crate::prose::list(functions(), "and");
                    Diagnostic::new(Code::UnknownFunction, name, base).note(format!("the functions are {all}"))
                }
            }
        });
        // The rest of the rule is checked with what was probably meant.
        if let Some(function) = near.and_then(builtin::by_function_name) {
            return self.known_call(id, function, name, arguments);
        }
        match self.catalog.resolve(spelled, None) {
            Resolution::Field { id: field, field: record, key, via } => self.field(id, (field, record), key, via),
            _ => Meaning::Hole,
        }
    }
}

fn wrong_count(builtin: &'static builtin::Builtin, name: Span, found: usize) -> Diagnostic {
    let message = format!("`{}` takes 1 argument, not {found}", builtin.name);
    Diagnostic::new(Code::ArgumentCount, name, message).note(format!("it is written `{}`", usage(builtin)))
}
