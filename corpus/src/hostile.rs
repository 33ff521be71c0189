//! Texts that try to exhaust what reads them: deep, long, unclosed, unopened, repetitive.
//!
//! ```
//! use tamis_corpus::hostile;
//! let unclosed = hostile::SHAPES.iter().find(|shape| shape.name == "unclosed parentheses").unwrap();
//! assert_eq!(unclosed.text(3), "(((");
//! ```

/// A text that grows with a number of repetitions.
#[derive(Debug)]
pub struct Shape {
    /// What it is, for messages.
    pub name: &'static str,
    make: Make,
}

#[derive(Debug)]
enum Make {
    /// What comes first, what is repeated, what stands in the middle, what is repeated after it, what comes last.
    Parts(&'static str, &'static str, &'static str, &'static str, &'static str),
    /// Anything else.
    Function(fn(usize) -> String),
}

impl Shape {
    /// The text with `n` repetitions.
    #[must_use]
    pub fn text(&self, n: usize) -> String {
        match self.make {
            Make::Parts(before, opening, middle, closing, after) => {
                format!("{before}{}{middle}{}{after}", opening.repeat(n), closing.repeat(n))
            }
            Make::Function(make) => make(n),
        }
    }
}

/// Repeats a text.
const fn chain(name: &'static str, before: &'static str, repeated: &'static str, after: &'static str) -> Shape {
    Shape { name, make: Make::Parts(before, repeated, after, "", "") }
}

/// Repeats one text before the middle and another one behind it.
const fn nest(name: &'static str, opening: &'static str, middle: &'static str, closing: &'static str) -> Shape {
    Shape { name, make: Make::Parts("", opening, middle, closing, "") }
}

const fn made(name: &'static str, make: fn(usize) -> String) -> Shape {
    Shape { name, make: Make::Function(make) }
}

/// Every shape.
pub const SHAPES: &[Shape] = &[
    nest("parentheses", "(", "path == '/'", ")"),
    nest("parentheses around a value", "(", "1", ")"),
    nest("negated parentheses", "!(", "path == '/'", ")"),
    nest("unopened parentheses", "", "path == '/'", ")"),
    nest("parentheses closed by brackets", "(", "path == '/'", "]"),
    nest("pairs closed crosswise", "([", "path == '/'", ")]"),
    nest("brackets", "[", "1", "]"),
    nest("sets in sets", "n in [", "1", "]"),
    nest("sets in parentheses in sets", "n in (", "1", ")"),
    nest("braces", "{", "n == 1", "}"),
    nest("keys in keys", "header[", "'x'", "]"),
    nest("calls", "lower(", "path", ") == 'x'"),
    nest("calls in sums", "1 + len(", "path", ")"),
    nest("quantifiers", "any(v in tags, ", "v == 'x'", ")"),
    nest("quantifiers over quantifiers", "any(v in ", "tags", ", v == 'x')"),
    nest("methods", "path.contains(", "'x'", ")"),
    nest("mixed groups in mixed groups", "(a || b && ", "c", ")"),
    chain("unclosed parentheses", "", "(", ""),
    chain("unclosed parentheses with conditions", "", "(n == 1 && ", ""),
    chain("unclosed brackets", "n in ", "[", ""),
    chain("unclosed braces", "", "{", ""),
    chain("unclosed parentheses of sets", "", "n in (", ""),
    chain("unclosed calls", "", "lower(", ""),
    chain("unclosed quantifiers", "", "any(v in tags, ", ""),
    chain("opening signs of every kind", "", "([{", ""),
    chain("closing signs of every kind", "n == 1", ")]}", ""),
    chain("empty pairs", "", "()[]{}", ""),
    chain("bangs", "", "!", "flag"),
    chain("words not", "", "not ", "flag"),
    chain("bangs without an operand", "", "!", ""),
    chain("minus signs", "n == ", "-", "1"),
    chain("minus signs apart", "n == ", "- ", "n"),
    chain("conjunction", "flag", " && flag", ""),
    chain("disjunction", "n == 1", " or n == 1", ""),
    chain("mixed chain", "flag", " && flag || flag", ""),
    chain("mixed groups", "flag", " && (n == 1 || n == 2 && n == 3)", ""),
    chain("negated comparisons", "flag", " && !n == 1", ""),
    chain("comparisons in a row", "n", " == n", ""),
    chain("comparisons without an operator between them", "n == 1", " n == 1", ""),
    chain("values that stand alone", "n == 500", " || 502", ""),
    chain("missing values", "n == 500", " || n ==", ""),
    chain("missing conditions", "n == 500", " && ||", ""),
    chain("nothing", "n == null", " && n == null", ""),
    chain("foreign operators", "n === 1", " AND n <> 1", ""),
    chain("foreign sets", "n in (1)", " && n in (1 2, 3)", ""),
    chain("one foreign set", "n in (1", " 2", ")"),
    chain("status classes", "n == 5xx", " || n == 5xx", ""),
    chain("detached units", "took > 250 ms", " && took > 250 ms", ""),
    chain("method calls", "path.startsWith('x')", " && path.startsWith('x')", ""),
    chain("words without quotes", "method == GET", " && method == GET", ""),
    chain("unknown fields", "nn == 1", " && nn == 1", ""),
    chain("conditionals", "if ", "if ", "n == 1 then x"),
    chain("sum", "n == 1", " + 1", ""),
    chain("sum of fields", "n", " + n", " > 1"),
    chain("product", "n", " * n", " > 1"),
    chain("quotients", "ratio", " / ratio", " > 1"),
    chain("defaults", "n", " ?? n", " == 1"),
    chain("defaults in parentheses", "n == ", "(n ?? ", "1"),
    chain("set", "n in [1", ", 1", "]"),
    chain("set of ranges", "n in [1..2", ", 1..2", "]"),
    chain("set of strings", "path in ['a'", ", 'a'", "]"),
    chain("set of networks", "client in [10.0.0.0/8", ", 10.0.0.0/8", "]"),
    chain("set without commas", "n in [1", " 1", "]"),
    chain("ranges of ranges", "n in 1", "..2", ""),
    chain("arguments", "min(n", ", n", ") == 1"),
    chain("arguments of a function that takes one", "lower(path", ", path", ") == 'x'"),
    chain("labelled arguments", "min(n", ", by: n", ") == 1"),
    chain("keys", "header", "['x']", " == 'y'"),
    chain("key of many literals", "header[", "'x' ", "] == 'y'"),
    chain("strings side by side", "path == 'a'", " 'a'", ""),
    chain("strings that are never closed", "path == ", "\"a\n", ""),
    chain("raw strings that are never closed", "path == ", "r#\"a\n", ""),
    chain("quotes of a word processor", "path == ", "“a”", ""),
    chain("opening quotes of a word processor", "path == ", "“\n", ""),
    chain("a long string", "path == '", "a", "'"),
    chain("a long raw string", "path == r##'", "\"#", "\"##"),
    chain("unknown escapes", "path ~ '", "\\d", "'"),
    chain("hexadecimal escapes", "path == '", "\\xff", "'"),
    chain("unfinished escapes", "path == '", "\\u{", "'"),
    chain("backslashes that are never closed", "path == '", "\\\\", ""),
    chain("a long pattern", "path ~ '", "a?", "'"),
    chain("a nested pattern", "path ~ '", "(a", "'"),
    chain("a pattern that repeats", "path ~ 'a", "{9}", "'"),
    chain("patterns", "path ~ 'a+b'", " && path ~ 'a+b'", ""),
    chain("a long glob", "path like '", "*a", "'"),
    chain("comments", "", "// a comment\n", "n == 1"),
    chain("a long comment", "//", " a", "\nn == 1"),
    chain("slashes", "n", "/", ""),
    chain("blanks", "", " \t\r\n", "n == 1"),
    chain("unusual blanks", "n ==", "\u{a0}", "1"),
    chain("invisible characters", "n ==", "\u{200b}", " 1"),
    chain("letters of another script", "path == '", "\u{430}", "'"),
    chain("words of another script", "", "\u{430} ", ""),
    chain("mixed words", "", "st\u{430}tus == 1 && ", "n == 1"),
    chain("signs of another alphabet", "n ≥ 1", " ∧ n ≥ 1", ""),
    chain("characters outside the plane", "", "\u{1F980}", ""),
    chain("control characters", "", "\u{1}", ""),
    chain("null characters", "", "\0", ""),
    chain("hashes", "", "#", ""),
    chain("raw signs", "", "r#", ""),
    chain("commas", "", ",", ""),
    chain("semicolons", "n == 1", ";", ""),
    chain("conditions apart by semicolons", "n == 1", "; n == 1", ""),
    chain("points", "n", "..", ""),
    chain("colons", "", ":", ""),
    chain("groups of an address", "", "1:", ""),
    chain("equals signs", "n ", "=", " 1"),
    chain("operators", "n", " == != < > ~ in like", ""),
    chain("a long name", "a", ".a", " == 1"),
    chain("a name with hyphens", "a.b", "-b", " == 1"),
    chain("a name with double points", "a", "..a", " == 1"),
    chain("a name with a point at its end", "", "a. ", ""),
    chain("a member of a family with points", "header", ".a", " == 'x'"),
    chain("names side by side", "", "a ", ""),
    chain("keywords side by side", "", "not in like any all and or ", ""),
    chain("digits", "n == 1", "1", ""),
    chain("digits of a fraction", "ratio == 0.", "1", ""),
    chain("groups of digits", "n == 1", "_1", ""),
    chain("parts of an address", "client == 1", ".1", ""),
    chain("parts of a duration", "took == 1h", "1m", ""),
    chain("exponents", "ratio == 1", "e+1", ""),
    chain("glued networks", "client in10.0.0.0/8", " && client in10.0.0.0/8", ""),
    chain("lets", "", "let a = 1\n", "rule r = n == 1"),
    chain("rules", "", "rule r = n == 1\n", ""),
    chain("rules without a condition", "", "rule r =\n", ""),
    chain("rules with a rest", "", "rule r = n == 1 , )\n", ""),
    chain("rules with documentation", "", "// a\n// b\nrule r = n == 1\n", ""),
    chain("rules on one line", "", "rule r = n == 1 ", ""),
    chain("documentation of one rule", "", "// a\n", "rule r = n == 1"),
    chain("keywords of items", "", "rule let ", ""),
    chain("names of items", "", "let let = ", ""),
    chain("text before the first item", "", "n == 1 ", "rule r = n == 1"),
    made("lets that double a condition", |n| doubling(n, "flag", "&&")),
    made("lets that double a value", |n| doubling(n, "n", "+")),
    made("lets that double a default", |n| doubling(n, "n", "??")),
    made("lets in a line", |n| lets(n, "flag", |before| format!("{before} && flag"))),
    made("values in a line", |n| lets(n, "n", |before| format!("({before} ?? 1) + 1"))),
    made("sets that are used often", used_set),
    made("raw strings with fewer and fewer hashes", raw_strings),
    made("many names", |n| (0..n).map(|place| format!("a{place} == 1 && ")).collect()),
    made("many members of a family", |n| (0..n).map(|place| format!("header.a{place} == 'x' || ")).collect()),
    made("many strings", |n| (0..n).map(|place| format!("path == 'a{place}' || ")).collect()),
];

/// Each name stands for twice what the one before it does.
fn doubling(n: usize, first: &str, operator: &str) -> String {
    lets(n, first, |before| format!("{before} {operator} {before}"))
}

/// Each name stands for something made of the one before it.
fn lets(n: usize, first: &str, next: impl Fn(&str) -> String) -> String {
    let mut text = format!("let a0 = {first}\n");
    let mut name = "a0".to_owned();
    for place in 1..n {
        let body = next(&name);
        name = format!("a{place}");
        text.push_str(&format!("let {name} = {body}\n"));
    }
    text + &format!("rule r = {name}")
}

/// A set of a thousand members in every condition.
fn used_set(n: usize) -> String {
    let members: Vec<String> = (0..n.min(1_000)).map(|member| member.to_string()).collect();
    let conditions = vec!["n in members"; n.max(1)];
    format!("let members = [{}]\nrule r = {}", members.join(", "), conditions.join(" || "))
}

/// Each needs a search of its own for its end.
fn raw_strings(n: usize) -> String {
    let mut text = String::new();
    let mut hashes = 1;
    while text.len() < n {
        hashes += 1;
        text.insert_str(0, &format!("r{}\"\n", "#".repeat(hashes)));
    }
    text
}
