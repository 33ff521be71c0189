//! Functions of other languages, and what they are here.

/// A function of another language.
#[derive(Debug)]
pub(crate) struct Foreign {
    /// Its names elsewhere.
    pub(crate) names: &'static [&'static str],
    /// What it is here.
    pub(crate) meaning: ForeignMeaning,
}

/// What a function of another language is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ForeignMeaning {
    /// A function under another name.
    Function(&'static str),
    /// An operator between its two arguments.
    Operator(&'static str),
    /// A literal: the text in its only argument, without quotes.
    Literal,
    /// Nothing; the sentence says why or what to do.
    Nothing(&'static str),
}

const fn foreign(names: &'static [&'static str], meaning: ForeignMeaning) -> Foreign {
    Foreign { names, meaning }
}

/// Functions of CEL, Cloudflare's rules, OTTL, VRL, SQL and of common programming languages.
pub(crate) const FUNCTIONS: &[Foreign] = &[
    foreign(
        &["has", "exist", "isset", "present", "defined", "is_set", "isPresent"],
        ForeignMeaning::Function("exists"),
    ),
    foreign(
        &["length", "size", "Len", "strlen", "byteLen", "byte_length", "LEN", "LENGTH"],
        ForeignMeaning::Function("len"),
    ),
    foreign(
        &["lowercase", "toLowerCase", "to_lower", "tolower", "lowerAscii", "downcase", "ToLowerCase", "LOWER"],
        ForeignMeaning::Function("lower"),
    ),
    foreign(
        &["uppercase", "toUpperCase", "to_upper", "toupper", "upperAscii", "upcase", "ToUpperCase", "UPPER"],
        ForeignMeaning::Function("upper"),
    ),
    foreign(
        &["startsWith", "startswith", "hasPrefix", "HasPrefix", "has_prefix"],
        ForeignMeaning::Function("starts_with"),
    ),
    foreign(&["endsWith", "endswith", "hasSuffix", "HasSuffix", "has_suffix"], ForeignMeaning::Function("ends_with")),
    foreign(
        &["urlDecode", "urldecode", "decodeURIComponent", "decode_percent"],
        ForeignMeaning::Function("url_decode"),
    ),
    foreign(&["least", "MIN"], ForeignMeaning::Function("min")),
    foreign(&["greatest", "MAX"], ForeignMeaning::Function("max")),
    foreign(&["Count", "COUNT", "cardinality"], ForeignMeaning::Function("count")),
    foreign(
        &["matches", "match", "regex", "regex_match", "regexp", "IsMatch", "regexMatch", "re2_match", "REGEXP_LIKE"],
        ForeignMeaning::Operator("~"),
    ),
    foreign(
        &["contains", "includes", "strpos", "Contains", "ContainsValue", "has_substring"],
        ForeignMeaning::Operator("contains"),
    ),
    foreign(&["wildcard", "glob", "strict_wildcard"], ForeignMeaning::Operator("like")),
    foreign(&["in_cidr", "inCidr", "cidr_match", "IsInCIDR", "ip_cidr_contains"], ForeignMeaning::Operator("in")),
    foreign(&["equals", "eq", "equal"], ForeignMeaning::Operator("==")),
    foreign(
        &["ip", "cidr", "duration", "int", "double", "float", "IpAddr", "CIDR", "Duration", "Int", "Double"],
        ForeignMeaning::Literal,
    ),
    foreign(
        &["string", "str", "to_string", "String", "bytes"],
        ForeignMeaning::Nothing("values are never turned into texts; compare the field with a value of its own type"),
    ),
    foreign(
        &["now", "time", "timestamp", "Now", "Time", "date"],
        ForeignMeaning::Nothing("a rule reads no clock, so that the same request always gets the same answer"),
    ),
    foreign(
        &["random", "rand", "probability", "ratio"],
        ForeignMeaning::Nothing("a share of the requests is chosen by `sample(10%)`"),
    ),
    foreign(
        &["concat", "join", "split", "replace", "regex_replace", "substring", "substr", "trim"],
        ForeignMeaning::Nothing(
            "a rule builds no texts; test the field itself with `^=`, `=^`, `contains`, `like` or `~`",
        ),
    ),
    foreign(
        &["if", "ternary", "cond", "default", "coalesce", "orValue"],
        ForeignMeaning::Nothing("write `a ?? b` for a value that may be absent, and `&&` and `||` between conditions"),
    ),
    foreign(
        &["not", "and", "or", "AND", "OR", "NOT"],
        ForeignMeaning::Nothing("conditions are joined by `&&` and `||` and negated by `!( … )`"),
    ),
];

/// What a function of another language is here.
pub(crate) fn foreign_function(name: &str) -> Option<ForeignMeaning> {
    FUNCTIONS.iter().find(|foreign| foreign.names.contains(&name)).map(|foreign| foreign.meaning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tamis_lang::builtin;

    #[test]
    fn every_meaning_exists_here() {
        for foreign in FUNCTIONS {
            match foreign.meaning {
                ForeignMeaning::Function(name) => assert!(builtin::by_function_name(name).is_some(), "{name}"),
                ForeignMeaning::Operator(name) => {
                    assert!(builtin::by_symbol(name).or_else(|| builtin::by_word(name)).is_some(), "{name}");
                }
                ForeignMeaning::Literal | ForeignMeaning::Nothing(_) => {}
            }
        }
    }

    #[test]
    fn no_name_is_there_twice_or_a_function_here() {
        let mut names: Vec<&str> = FUNCTIONS.iter().flat_map(|foreign| foreign.names).copied().collect();
        assert!(names.iter().all(|name| builtin::by_function_name(name).is_none()));
        let n_names = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n_names);
    }
}
