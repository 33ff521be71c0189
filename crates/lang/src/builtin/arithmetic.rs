//! `+`, `-`, `*`, `/`, `%`.

use super::record::{
    Absent, Builtin, Cost, Dialects, Eval, Form, Kernel, Operand, Power, Signature, differs, matches, values,
};
use crate::ty::Ty;
use crate::value::Value;

const INT: Operand = Operand::Value(Ty::Int);
const FLOAT: Operand = Operand::Value(Ty::Float);
const DURATION: Operand = Operand::Value(Ty::Duration);
const SIZE: Operand = Operand::Value(Ty::Size);

/// Operands of one type that give the same type.
const ALIKE: &[Signature] = &[
    values(&[INT, INT], Ty::Int),
    values(&[FLOAT, FLOAT], Ty::Float),
    values(&[DURATION, DURATION], Ty::Duration),
    values(&[SIZE, SIZE], Ty::Size),
];

/// A quantity times a number.
const SCALED: &[Signature] = &[
    values(&[INT, INT], Ty::Int),
    values(&[FLOAT, FLOAT], Ty::Float),
    values(&[DURATION, INT], Ty::Duration),
    values(&[INT, DURATION], Ty::Duration),
    values(&[DURATION, FLOAT], Ty::Duration),
    values(&[FLOAT, DURATION], Ty::Duration),
    values(&[SIZE, INT], Ty::Size),
    values(&[INT, SIZE], Ty::Size),
    values(&[SIZE, FLOAT], Ty::Size),
    values(&[FLOAT, SIZE], Ty::Size),
];

/// A quantity divided by a number or by its like.
const DIVIDED: &[Signature] = &[
    values(&[INT, INT], Ty::Float),
    values(&[FLOAT, FLOAT], Ty::Float),
    values(&[DURATION, DURATION], Ty::Float),
    values(&[SIZE, SIZE], Ty::Float),
    values(&[DURATION, INT], Ty::Duration),
    values(&[DURATION, FLOAT], Ty::Duration),
    values(&[SIZE, INT], Ty::Size),
    values(&[SIZE, FLOAT], Ty::Size),
];

const NEGATED: &[Signature] = &[
    values(&[INT], Ty::Int),
    values(&[FLOAT], Ty::Float),
    values(&[DURATION], Ty::Duration),
    values(&[SIZE], Ty::Size),
];

const fn operator(
    symbol: &'static [&'static str],
    power: Power,
    signatures: &'static [Signature],
    eval: Kernel,
    texts: (&'static str, &'static str),
    examples: &'static [super::record::Example],
) -> Builtin {
    let name = match symbol {
        [first, ..] => first,
        [] => "",
    };
    Builtin {
        name,
        form: Form::Infix { symbols: symbol, words: &[], power },
        signatures,
        absent: Absent::Absent,
        cost: Cost::Constant(1),
        eval: Eval::Pure(eval),
        summary: texts.0,
        details: texts.1,
        examples,
        dialects: Dialects { atc: None, cel: Some(name), cloudflare: None },
        since: "0.1",
    }
}

/// `a + b`
pub(super) static ADD: Builtin = operator(
    &["+"],
    Power::Sum,
    ALIKE,
    |operands, _| alike(operands, i64::checked_add, |a, b| a + b),
    ("The sum of two numbers, durations or sizes.", "Absent on overflow."),
    &[
        matches(
            "proxy.kong.latency.internal + proxy.kong.latency.client > 100ms",
            r#"{"proxy.kong.latency.internal": 60, "proxy.kong.latency.client": 50}"#,
        ),
        differs(
            "proxy.kong.latency.internal + proxy.kong.latency.client > 100ms",
            r#"{"proxy.kong.latency.internal": 600}"#,
        ),
    ],
);

/// `a - b`
pub(super) static SUBTRACT: Builtin = operator(
    &["-"],
    Power::Sum,
    ALIKE,
    |operands, _| alike(operands, i64::checked_sub, |a, b| a - b),
    (
        "The difference of two numbers, durations or sizes.",
        "Absent on overflow. `a-b` is one name; write blanks around the minus.",
    ),
    &[
        matches(
            "proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms",
            r#"{"proxy.kong.latency.total": 200, "proxy.kong.latency.upstream": 100}"#,
        ),
        differs(
            "proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms",
            r#"{"proxy.kong.latency.total": 120, "proxy.kong.latency.upstream": 100}"#,
        ),
    ],
);

/// `a * b`
pub(super) static MULTIPLY: Builtin = operator(
    &["*"],
    Power::Product,
    SCALED,
    |operands, _| multiply(operands),
    (
        "The product of two numbers, or a duration or size times a number.",
        "Absent on overflow. Times a float, a duration is rounded to the nearest nanosecond and a size to the nearest byte.",
    ),
    &[
        matches(
            "proxy.kong.latency.total > 2 * proxy.kong.latency.upstream",
            r#"{"proxy.kong.latency.total": 201, "proxy.kong.latency.upstream": 100}"#,
        ),
        differs(
            "proxy.kong.latency.total > 2 * proxy.kong.latency.upstream",
            r#"{"proxy.kong.latency.total": 200, "proxy.kong.latency.upstream": 100}"#,
        ),
    ],
);

/// `a / b`
pub(super) static DIVIDE: Builtin = operator(
    &["/"],
    Power::Product,
    DIVIDED,
    |operands, _| divide(operands),
    (
        "The quotient; of two ints it is a float, and a duration by a duration is a float.",
        "Absent where the divisor is zero. A duration divided by a number is rounded to the nearest nanosecond.",
    ),
    &[
        matches(
            "proxy.kong.latency.upstream / proxy.kong.latency.total > 0.9",
            r#"{"proxy.kong.latency.total": 100, "proxy.kong.latency.upstream": 95}"#,
        ),
        differs(
            "proxy.kong.latency.upstream / proxy.kong.latency.total > 0.9",
            r#"{"proxy.kong.latency.total": 0, "proxy.kong.latency.upstream": 95}"#,
        ),
    ],
);

/// `a % b`
pub(super) static REMAINDER: Builtin = operator(
    &["%"],
    Power::Product,
    ALIKE,
    |operands, _| alike(operands, i64::checked_rem, |a, b| if b == 0.0 { f64::NAN } else { a % b }),
    ("The remainder of a division, with the sign of the left side.", "Absent where the divisor is zero."),
    &[
        matches("client.port % 2 == 1", r#"{"client.port": 40001}"#),
        differs("client.port % 2 == 1", r#"{"client.port": 40002}"#),
    ],
);

/// `-a`
pub(super) static NEGATE: Builtin = Builtin {
    name: "-x",
    form: Form::Prefix { symbols: &["-"], words: &[] },
    signatures: NEGATED,
    absent: Absent::Absent,
    cost: Cost::Constant(1),
    eval: Eval::Pure(|operands, _| negate(operands)),
    summary: "The number with the other sign.",
    details: "Absent on overflow.",
    examples: &[
        matches("-http.response.status_code == -503", r#"{"http.response.status_code": 503}"#),
        differs("-http.response.status_code == -503", r#"{"http.response.status_code": 200}"#),
    ],
    dialects: Dialects { atc: None, cel: Some("-"), cloudflare: None },
    since: "0.1",
};

/// Applies one operation to two operands of the same type.
fn alike<'a>(
    operands: &[Value<'_>],
    whole: fn(i64, i64) -> Option<i64>,
    float: fn(f64, f64) -> f64,
) -> Option<Value<'a>> {
    let [left, right] = operands else { return None };
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => whole(*a, *b).map(Value::Int),
        (Value::Duration(a), Value::Duration(b)) => whole(*a, *b).map(Value::Duration),
        (Value::Size(a), Value::Size(b)) => whole(*a, *b).map(Value::Size),
        (Value::Float(a), Value::Float(b)) => finite(float(*a, *b)),
        _ => None,
    }
}

fn multiply<'a>(operands: &[Value<'_>]) -> Option<Value<'a>> {
    let [left, right] = operands else { return None };
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => a.checked_mul(*b).map(Value::Int),
        (Value::Float(a), Value::Float(b)) => finite(a * b),
        (Value::Duration(a), Value::Int(b)) | (Value::Int(b), Value::Duration(a)) => {
            a.checked_mul(*b).map(Value::Duration)
        }
        (Value::Size(a), Value::Int(b)) | (Value::Int(b), Value::Size(a)) => a.checked_mul(*b).map(Value::Size),
        (Value::Duration(a), Value::Float(b)) | (Value::Float(b), Value::Duration(a)) => {
            rounded(as_float(*a) * b).map(Value::Duration)
        }
        (Value::Size(a), Value::Float(b)) | (Value::Float(b), Value::Size(a)) => {
            rounded(as_float(*a) * b).map(Value::Size)
        }
        _ => None,
    }
}

fn divide<'a>(operands: &[Value<'_>]) -> Option<Value<'a>> {
    let [left, right] = operands else { return None };
    match (left, right) {
        (Value::Int(a), Value::Int(b))
        | (Value::Duration(a), Value::Duration(b))
        | (Value::Size(a), Value::Size(b)) => quotient(as_float(*a), as_float(*b)).and_then(finite),
        (Value::Float(a), Value::Float(b)) => quotient(*a, *b).and_then(finite),
        (Value::Duration(a), Value::Int(b)) => whole_quotient(*a, *b).map(Value::Duration),
        (Value::Size(a), Value::Int(b)) => whole_quotient(*a, *b).map(Value::Size),
        (Value::Duration(a), Value::Float(b)) => quotient(as_float(*a), *b).and_then(rounded).map(Value::Duration),
        (Value::Size(a), Value::Float(b)) => quotient(as_float(*a), *b).and_then(rounded).map(Value::Size),
        _ => None,
    }
}

fn negate<'a>(operands: &[Value<'_>]) -> Option<Value<'a>> {
    match operands {
        [Value::Int(n)] => n.checked_neg().map(Value::Int),
        [Value::Duration(n)] => n.checked_neg().map(Value::Duration),
        [Value::Size(n)] => n.checked_neg().map(Value::Size),
        [Value::Float(x)] => Some(Value::Float(-x)),
        _ => None,
    }
}

fn quotient(a: f64, b: f64) -> Option<f64> {
    (b != 0.0).then_some(a / b)
}

/// A quotient of whole numbers, rounded to the nearest, halves away from zero.
fn whole_quotient(a: i64, b: i64) -> Option<i64> {
    let (a, b) = (i128::from(a), i128::from(b));
    let quotient = a.checked_div(b)?;
    let remainder = a % b;
    let up = (remainder.abs() * 2 >= b.abs()).then_some(if (a < 0) == (b < 0) { 1 } else { -1 });
    i64::try_from(quotient + up.unwrap_or(0)).ok()
}

fn finite<'a>(x: f64) -> Option<Value<'a>> {
    x.is_finite().then_some(Value::Float(x))
}

#[expect(clippy::cast_precision_loss, reason = "documented: a division of ints gives the nearest float")]
fn as_float(n: i64) -> f64 {
    n as f64
}

/// The nearest whole number, where it fits into 64 bits.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn rounded(x: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let x = x.round();
    (-LIMIT..LIMIT).contains(&x).then_some(x as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: Option<Value<'_>>, expected: Option<&str>) {
        assert_eq!(found.map(|value| value.to_string()).as_deref(), expected);
    }

    #[test]
    fn overflow_and_division_by_zero_have_no_result() {
        check(alike(&[Value::Int(i64::MAX), Value::Int(1)], i64::checked_add, |a, b| a + b), None);
        check(alike(&[Value::Int(i64::MIN), Value::Int(-1)], i64::checked_rem, |a, b| a % b), None);
        check(divide(&[Value::Int(1), Value::Int(0)]), None);
        check(divide(&[Value::Duration(1), Value::Int(0)]), None);
        check(divide(&[Value::Float(1.0), Value::Float(0.0)]), None);
        check(negate(&[Value::Int(i64::MIN)]), None);
        check(multiply(&[Value::Duration(i64::MAX), Value::Float(2.0)]), None);
        check(divide(&[Value::Duration(i64::MIN), Value::Int(-1)]), None);
    }

    #[test]
    fn quotients_round_to_the_nearest() {
        check(divide(&[Value::Int(1), Value::Int(2)]), Some("0.5"));
        check(divide(&[Value::Duration(10), Value::Int(4)]), Some("3ns"));
        check(divide(&[Value::Duration(-10), Value::Int(4)]), Some("-3ns"));
        check(divide(&[Value::Duration(3_000_000_000), Value::Duration(2_000_000_000)]), Some("1.5"));
    }
}
