//! The conditions of some rules over common variables.

use tamis_lang::catalog::{Catalog, Presence};
use tamis_lang::sampling::Randomness;
use tamis_lang::value::Constant;

use super::atom::{HowMany, Test};
use super::body::Body;
use super::collect::{Atom, Collector, Kind, Leaf, Variable};
use super::diagram::{Diagram, Node};
use super::domain::Purpose;
use super::states::States;
use crate::hir::{ConditionId, ConditionKind, FieldUse, Hir};

/// How much work the diagrams of one space may take, in states of nodes.
const BUDGET: usize = 200_000;

/// The most conditions of one rule that are looked at.
const MOST_CONDITIONS: usize = 8192;

/// The conditions of some rules over common variables.
#[derive(Debug)]
pub struct Space<'h> {
    diagram: Diagram,
    fields: Vec<FieldStates<'h>>,
    /// Of each rule the node of each condition; none within quantifiers.
    conditions: Vec<Vec<Option<Node>>>,
    roots: Vec<Option<Node>>,
    variables: Vec<Variable<'h>>,
    states: Vec<States>,
    /// Where the states of each variable are in the diagrams.
    places: Vec<usize>,
    /// Every field that the catalog says is always there has a value.
    present: Node,
}

/// A field of the rules, with the states that their tests tell apart.
#[derive(Debug)]
pub struct FieldStates<'h> {
    /// The field, as the first rule that names it has it.
    pub field: &'h FieldUse,
    /// Its variable in the diagrams.
    pub variable: usize,
    /// Its states; the first is "absent".
    pub states: Vec<State>,
    /// Whether every request is in one of these states as the tests see it.
    pub is_known: bool,
    /// Whether conditions of which nothing is known look at the field, so that its value matters beyond its state.
    pub is_open: bool,
    /// Which of the variables it is, those of free tests not counted.
    place: usize,
}

/// A state of a field.
#[derive(Clone, Debug)]
pub struct State {
    /// Examples of it, the plainest first: all the values that the field has.
    pub examples: Vec<Vec<Constant>>,
}

impl<'h> Space<'h> {
    /// The space of some rules that were checked with this catalog; none where they are too large.
    #[must_use]
    pub fn new(catalog: &'h Catalog, rules: &[&'h Hir]) -> Option<Self> {
        Self::for_purpose(catalog, rules, Purpose::Requests)
    }

    /// The space of some rules, of which nothing is to be shown.
    pub(crate) fn of_proofs(catalog: &'h Catalog, rules: &[&'h Hir]) -> Option<Self> {
        Self::for_purpose(catalog, rules, Purpose::Proofs)
    }

    fn for_purpose(catalog: &'h Catalog, rules: &[&'h Hir], purpose: Purpose) -> Option<Self> {
        if rules.iter().any(|hir| hir.conditions.len() > MOST_CONDITIONS) {
            return None;
        }
        let mut collector = Collector::new(catalog);
        let leaves: Vec<Vec<Option<Leaf>>> = rules.iter().map(|hir| collector.rule(hir)).collect();
        Self::of(catalog, rules, collector, &leaves, purpose)
    }

    /// The space of one rule, if its conditions have anything to do with each other.
    ///
    /// Where no two conditions look at the same field and no body of a quantifier compares its variable twice, each is
    /// free of the others, and nothing follows from anything.
    pub(crate) fn of_related(catalog: &'h Catalog, hir: &'h Hir) -> Option<Self> {
        let is_deep = |condition: &crate::hir::Condition| match &condition.kind {
            ConditionKind::Quantified { variable, body, .. } => {
                Body::new(hir, *body, *variable).is_some_and(|body| body.may_exclude_itself())
            }
            _ => false,
        };
        let mut seen = vec![0_u8; hir.fields.len()];
        let mut n_samples = 0;
        let mut is_related = hir.conditions.iter().any(is_deep);
        let mut note = |field: crate::hir::FieldUseId| {
            if let Some(n) = seen.get_mut(field.0 as usize) {
                *n = n.saturating_add(1);
                is_related |= *n > 1;
            }
        };
        for value in &hir.values {
            use crate::hir::ValueKind;
            match &value.kind {
                ValueKind::Field(field) | ValueKind::Count(field) | ValueKind::ListLen(field) => note(*field),
                ValueKind::Constant(_)
                | ValueKind::Variable(_)
                | ValueKind::Call { .. }
                | ValueKind::Default(..)
                | ValueKind::TextLen(_) => {}
            }
        }
        for condition in &hir.conditions {
            if let ConditionKind::Exists(field) = &condition.kind {
                note(*field);
            }
            n_samples += usize::from(matches!(condition.kind, ConditionKind::Sample(_)));
        }
        is_related |= n_samples > 1;
        is_related.then(|| Self::of_proofs(catalog, &[hir])).flatten()
    }

    fn of(
        catalog: &'h Catalog,
        rules: &[&'h Hir],
        collector: Collector<'h>,
        leaves: &[Vec<Option<Leaf>>],
        purpose: Purpose,
    ) -> Option<Self> {
        let mut states = Vec::with_capacity(collector.variables.len());
        let mut n_states = Vec::new();
        let mut fields = Vec::new();
        // The variables of a test whose answers are not known come behind the variable itself.
        let mut places: Vec<usize> = Vec::new();
        for (place, variable) in collector.variables.iter().enumerate() {
            let own = match variable.kind {
                Kind::Field(field) => States::of(variable, collector.record(field), purpose),
                Kind::Term | Kind::Randomness => States::of(variable, None, purpose),
            };
            places.push(n_states.len());
            if let Kind::Field(field) = variable.kind {
                let present = own.classes.iter().map(|class| State { examples: class.examples.clone() });
                let all = std::iter::once(State { examples: vec![Vec::new()] }).chain(present).collect();
                let (variable, is_known, is_open) = (n_states.len(), own.is_known, variable.is_open || !own.is_known);
                fields.push(FieldStates { field, variable, states: all, is_known, is_open, place });
            }
            n_states.push(u32::try_from(own.len()).ok()?);
            if !own.is_known {
                n_states.extend(vec![2; variable.tests.len()]);
            }
            states.push(own);
        }
        let mut diagram = Diagram::new(n_states, BUDGET)?;
        let mut build = Build { diagram: &mut diagram, states: &states, places: &places };
        let mut conditions = Vec::with_capacity(rules.len());
        for (hir, leaves) in rules.iter().zip(leaves) {
            conditions.push(build.rule(hir, leaves)?);
        }
        let mut present = Node::TRUE;
        for field in &fields {
            let is_always = catalog.field(field.field.id).is_some_and(|it| it.presence == Presence::Always);
            if is_always && field.field.key.is_none() {
                let one = diagram.variable(field.variable, |state| state > 0)?;
                present = diagram.and(present, one)?;
            }
        }
        let root = |(hir, nodes): (&&Hir, &Vec<Option<Node>>)| nodes.get(hir.root?.0 as usize).copied().flatten();
        let roots = rules.iter().zip(&conditions).map(root).collect();
        Some(Self { diagram, fields, conditions, roots, present, variables: collector.variables, states, places })
    }

    /// The condition of a rule.
    #[must_use]
    pub fn root(&self, rule: usize) -> Option<Node> {
        self.roots.get(rule).copied().flatten()
    }

    /// A part of a rule; none within quantifiers.
    #[must_use]
    pub fn condition(&self, rule: usize, id: ConditionId) -> Option<Node> {
        self.conditions.get(rule)?.get(id.0 as usize).copied().flatten()
    }

    /// The requests that have every field of which the catalog says that it is always there.
    #[must_use]
    pub const fn where_present(&self) -> Node {
        self.present
    }

    /// The fields of the rules.
    #[must_use]
    pub fn fields(&self) -> &[FieldStates<'h>] {
        &self.fields
    }

    /// Whether the states of the fields decide everything: no condition is one of which nothing is known.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.diagram.n_variables() == self.fields.len()
    }

    /// The state of a field that has these values; none where it is in none of them, as several values of a field that
    /// has one may be.
    #[must_use]
    pub fn state_of(&self, field: &FieldStates<'_>, values: &[Constant]) -> Option<usize> {
        if values.is_empty() {
            return Some(0);
        }
        let (variable, states) = (self.variables.get(field.place)?, self.states.get(field.place)?);
        if !states.is_known || values.iter().any(|value| value.ty() != variable.ty) {
            return None;
        }
        let says = |test: &Test<'_>| match test.how_many {
            HowMany::One => values.iter().any(|value| test.passes(value)),
            HowMany::Every => values.iter().all(|value| test.passes(value)),
        };
        let answers: Vec<bool> = variable.tests.iter().map(says).collect();
        states.classes.iter().position(|class| class.answers == answers).map(|place| place + 1)
    }

    /// The randomness of requests in the states of a path, if that says anything about it.
    #[must_use]
    pub fn randomness(&self, path: &[(usize, usize)]) -> Option<Randomness> {
        let place = self.variables.iter().position(|variable| matches!(variable.kind, Kind::Randomness))?;
        let own = *self.places.get(place)?;
        let (_, state) = path.iter().find(|(variable, _)| *variable == own)?;
        let Some(class) = state.checked_sub(1) else { return Some(Randomness::default()) };
        let example = self.states.get(place)?.classes.get(class)?.examples.first()?;
        match example.first()? {
            Constant::Int(n) => u64::try_from(*n).ok().map(Randomness::new),
            _ => None,
        }
    }

    /// Constants that stand near a field in conditions of which nothing is known.
    #[must_use]
    pub fn related(&self, field: &FieldStates<'_>) -> &[Constant] {
        self.variables.get(field.place).map_or(&[], |variable| &variable.related)
    }

    /// The variable that a condition asks first, and what is left of it in each state; none where it is constant.
    #[must_use]
    pub fn ask(&self, node: Node) -> Option<(usize, &[Node])> {
        self.diagram.ask(node)
    }

    /// Both hold; none past the bounds of work.
    pub fn and(&mut self, left: Node, right: Node) -> Option<Node> {
        self.diagram.and(left, right)
    }

    /// Some of both holds; none past the bounds of work.
    pub fn or(&mut self, left: Node, right: Node) -> Option<Node> {
        self.diagram.or(left, right)
    }

    /// The first holds and the second does not; none past the bounds of work.
    pub fn without(&mut self, left: Node, right: Node) -> Option<Node> {
        self.diagram.without(left, right)
    }

    /// The condition does not hold; none past the bounds of work.
    pub fn not(&mut self, node: Node) -> Option<Node> {
        self.diagram.not(node)
    }

    /// Whether every request that satisfies the first satisfies the second; none past the bounds of work.
    ///
    /// *No* is no proof of the opposite: a variable may stand for something of which nothing is known.
    pub fn implies(&mut self, left: Node, right: Node) -> Option<bool> {
        Some(self.without(left, right)? == Node::FALSE)
    }
}

/// Builds the diagrams of conditions.
struct Build<'b> {
    diagram: &'b mut Diagram,
    states: &'b [States],
    /// Where the states of each variable are in the diagrams.
    places: &'b [usize],
}

impl Build<'_> {
    fn rule(&mut self, hir: &Hir, leaves: &[Option<Leaf>]) -> Option<Vec<Option<Node>>> {
        let mut nodes: Vec<Option<Node>> = Vec::with_capacity(hir.conditions.len());
        for (condition, leaf) in hir.conditions.iter().zip(leaves) {
            let at = |id: &ConditionId| nodes.get(id.0 as usize).copied().flatten();
            let node = match (&condition.kind, leaf) {
                (_, Some(leaf)) => Some(self.leaf(leaf)?),
                (ConditionKind::Not(inner), None) => match at(inner) {
                    Some(inner) => Some(self.diagram.not(inner)?),
                    None => None,
                },
                (ConditionKind::And(parts), None) => match parts.iter().map(at).collect::<Option<Vec<Node>>>() {
                    Some(parts) => Some(self.all(&parts)?),
                    None => None,
                },
                (ConditionKind::Or(parts), None) => match parts.iter().map(at).collect::<Option<Vec<Node>>>() {
                    Some(parts) => Some(self.some(&parts)?),
                    None => None,
                },
                // Within a quantifier.
                (_, None) => None,
            };
            nodes.push(node);
        }
        Some(nodes)
    }

    fn all(&mut self, parts: &[Node]) -> Option<Node> {
        parts.iter().rev().try_fold(Node::TRUE, |all, part| self.diagram.and(*part, all))
    }

    fn some(&mut self, parts: &[Node]) -> Option<Node> {
        parts.iter().rev().try_fold(Node::FALSE, |some, part| self.diagram.or(*part, some))
    }

    fn leaf(&mut self, leaf: &Leaf) -> Option<Node> {
        match leaf {
            Leaf::Constant(true) => Some(Node::TRUE),
            Leaf::Constant(false) => Some(Node::FALSE),
            Leaf::Atom(atom) => self.atom(atom),
        }
    }

    fn atom(&mut self, atom: &Atom) -> Option<Node> {
        let states = self.states.get(atom.variable)?;
        let place = *self.places.get(atom.variable)?;
        let every = states.every.get(atom.test).copied().flatten();
        let mut node = if states.is_known {
            self.diagram.variable(place, |state| states.holds(state, atom.test))?
        } else if let Some(every) = every {
            let absent = states.absent.get(atom.test).copied().unwrap_or(false);
            self.diagram.variable(place, |state| if state == 0 { absent } else { every })?
        } else {
            // Where there is no value the answer is known all the same.
            let free = self.diagram.variable(place + 1 + atom.test, |state| state > 0)?;
            let absent = states.absent.get(atom.test).copied().unwrap_or(false);
            let is_present = self.diagram.variable(place, |state| state > 0)?;
            match absent {
                false => self.diagram.and(is_present, free)?,
                true => {
                    let is_absent = self.diagram.not(is_present)?;
                    self.diagram.or(is_absent, free)?
                }
            }
        };
        for variable in &atom.present {
            let is_present = self.diagram.variable(*self.places.get(*variable)?, |state| state > 0)?;
            node = self.diagram.and(is_present, node)?;
        }
        if atom.negated { self.diagram.not(node) } else { Some(node) }
    }
}
