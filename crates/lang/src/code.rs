//! Every diagnostic that can be raised, with its stable code.
//!
//! The first digit tells the stage: `T0` text and literals, `T1` syntax, `T2` types, `T3` names, `T4` meaning,
//! `T5` files of rules, `T6` limits, `T7` catalogs, `T8` what Kong's gateway refuses, `T9` conversion.
//! Those of a session begin with `V`: `V0` documents, `V1` the session, `V2` nodes, `V3` entities, `V4` predictions.
//! A code is never used again for something else; a retired one stays in `RETIRED`.
//! Each has a page in `corpus/diagnostics`, which is its test, its documentation and what `tamis explain` prints.

use std::fmt;
use std::str::FromStr;

use crate::diagnostic::Severity;

/// Declares the codes: variant, number, usual severity, title.
macro_rules! codes {
    ($($variant:ident $text:literal $severity:ident $title:literal;)*) => {
        /// A stable name of one kind of diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code, in the order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as printed, `T301`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// What kind of problem it is, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                }
            }

            /// How bad it usually is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)*
                }
            }
        }
    };
}

codes! {
    UnknownCharacter "T001" Error "character that belongs to no token";
    UnusualBlank "T002" Warning "blank that is not a space, tab or line break";
    UnclosedString "T003" Error "string that is never closed";
    UnknownEscape "T004" Error "escape that strings do not have";
    BadNumber "T005" Error "number that cannot be read";
    NumberTooLarge "T006" Error "number that does not fit into 64 bits";
    LeadingZero "T007" Error "number with a leading zero";
    UnknownUnit "T008" Error "unit that does not exist";
    BadQuantity "T009" Error "duration or size that cannot be read";
    DetachedUnit "T010" Error "unit apart from its number";
    BadAddress "T011" Error "address that cannot be read";
    BadNetwork "T012" Error "network that cannot be read";
    HostBits "T013" Error "network with host bits set";
    BadName "T014" Error "name that cannot be read";
    MissingBlank "T015" Error "words that need a blank between them";
    StatusClass "T016" Error "status class written as a number";
    HiddenCharacter "T017" Warning "characters that hide what the text says";
    MixedScripts "T018" Error "word that mixes look-alike scripts";
    RawLineBreak "T020" Warning "line break inside a string";

    EmptyRule "T101" Error "rule without a condition";
    ExpectedValue "T102" Error "value that is missing";
    ExpectedOperator "T103" Error "operator that is missing";
    UnexpectedText "T104" Error "text after the end of a condition";
    UnclosedGroup "T105" Error "parenthesis or bracket that is never closed";
    UnopenedGroup "T106" Error "parenthesis or bracket that was never opened";
    MixedChain "T107" Error "`&&` and `||` mixed without parentheses";
    ForeignOperator "T108" Error "operator of another language";
    ForeignSyntax "T109" Error "construct of another language";
    ChainedComparison "T110" Error "comparisons in a row";
    AlternativeValues "T111" Error "value that stands alone as a condition";
    NegatedComparison "T112" Error "`!` before a comparison";
    UnquotedText "T113" Error "text without quotes";
    ForeignSet "T114" Error "set in other brackets";
    TrailingSemicolon "T115" Error "semicolon after a rule";
    MethodCall "T116" Error "method on a field";
    BadQuantifier "T117" Error "quantifier that cannot be read";
    BadSet "T118" Error "set that cannot be read";
    PatternNotLiteral "T119" Error "pattern that is not a string literal";
    TrailingOperator "T120" Error "operator without a second side";
    BadPath "T121" Error "key of a field that cannot be read";

    TypeMismatch "T201" Error "two sides of different types";
    OperatorType "T202" Error "operator that does not work on this type";
    NotACondition "T203" Error "value where a condition is needed";
    NotAValue "T204" Error "condition where a value is needed";
    ArgumentType "T205" Error "argument of another type";
    ArgumentCount "T206" Error "function with too few or too many arguments";
    QuotedNumber "T207" Error "quotes around a value that is not a string";
    BareUnit "T208" Warning "number that counts in a unit";
    NetworkForAddress "T209" Error "network where an address is needed, or the reverse";
    BadPattern "T210" Error "regular expression that cannot be read";
    SetElementType "T211" Error "set element of another type";
    RangeOrder "T212" Error "range that ends before it starts";
    AnyOutsideComparison "T213" Error "`any` or `all` that governs no comparison";
    NeverDefined "T214" Error "operation that never has a result";
    QuantifierSource "T216" Error "quantifier over something that is not a field";
    NegativeQuantity "T217" Error "duration or size below zero";
    NegatedSample "T218" Error "negation of a share of the requests";
    QuantifiedSample "T219" Error "share of the requests within a quantifier";

    UnknownField "T301" Error "field that the catalog does not have";
    UnknownFunction "T302" Error "function that does not exist";
    FamilyWithoutKey "T303" Error "family of fields without a key";
    NotFilterable "T304" Error "field that rules cannot test";
    UnknownKey "T305" Error "key that the family does not take";
    AliasUsed "T306" Hint "field under another vocabulary's name";
    DeprecatedField "T307" Warning "field that is going away";
    KeySpelling "T308" Hint "key in another spelling";
    AmbiguousField "T309" Error "word that may mean several fields";
    InexactAlias "T310" Warning "alias that means something slightly different";
    Credential "T311" Warning "secret in a rule";
    SensitiveField "T312" Hint "field whose values are never shown";

    ValueNotAllowed "T401" Error "value outside a closed list";
    UnusualValue "T402" Warning "value outside an open list";
    OutOfRange "T403" Warning "value outside the range of a field";
    CaseNeverMatches "T404" Warning "letter case that can never match";
    PathSpelling "T405" Warning "path or query in the wrong shape";
    PlainPattern "T406" Warning "regular expression that is a plain text";
    AbsentNegation "T407" Hint "negation that treats absent values in its own way";
    SeveralValues "T408" Hint "comparison over several values";
    DuplicateElement "T409" Warning "set element that is there twice";
    ConstantCondition "T410" Warning "condition without a field";
    LargeDuration "T411" Warning "duration that is probably in the wrong unit";
    UselessDefault "T412" Warning "default that is never used";
    UselessAny "T413" Warning "`any` over a field with one value";
    PatternIsGlob "T414" Error "file pattern where a regular expression is needed";
    LookAround "T415" Error "look-around in a regular expression";
    BoolComparison "T416" Error "order of truth values";
    SampleByKey "T417" Hint "share that has no adjusted count";
    LateDrop "T418" Hint "rule that can drop no request early";
    LateField "T419" Error "field that is known too late";
    NeverTrue "T420" Warning "condition that is never true";
    Contradiction "T421" Warning "conditions that exclude each other";
    AlwaysTrue "T422" Warning "condition that is always true";
    Redundant "T423" Warning "condition that changes nothing";
    AbsentBeside "T424" Warning "field that is absent where another condition holds";
    LateNegation "T425" Hint "negation that keeps no request early";

    DuplicateName "T501" Error "name that is defined twice";
    UnusedName "T502" Warning "name that is never used";
    NameShadowsField "T503" Warning "name that hides a field";
    UnknownEdition "T504" Error "edition that does not exist";
    BadItem "T505" Error "text between the rules of a file";
    ReservedName "T506" Error "name that cannot be defined";
    UsedBeforeDefined "T507" Error "`let` used before its definition";
    EqualRules "T508" Warning "rules that mean the same";
    CoveredRule "T509" Hint "rule that another rule covers";

    TextTooLong "T601" Error "text over the limit";
    NestingTooDeep "T602" Error "nesting over the limit";
    TooManyConditions "T603" Error "too many conditions";
    SetTooLarge "T604" Error "set over the limit";
    PatternTooLarge "T605" Error "regular expression over the limit";
    TooManyDiagnostics "T606" Error "more diagnostics than are shown";
    QuantifiersTooDeep "T607" Error "quantifiers over the limit";

    CatalogJson "T701" Error "catalog that is not JSON";
    CatalogShape "T702" Error "catalog entry of the wrong shape";
    CatalogDuplicate "T703" Error "catalog name that is there twice";
    CatalogReference "T704" Error "catalog entry that points to nothing";
    CatalogValue "T705" Error "catalog value that is not allowed";

    GatewayParseError "T801" Error "text that Kong's gateway cannot read";
    GatewayTypeError "T802" Error "comparison that Kong's gateway refuses";
    GatewayPanic "T803" Error "text that crashes Kong's gateway";

    NoCounterpart "T901" Error "construct that the other language does not have";
    InexactOverValues "T902" Error "condition that changes over several values";
    UnwritableName "T903" Error "name that the other language cannot write";
    UnwritableValue "T904" Error "value or type that the other language does not have";
    LostComment "T905" Warning "comment that is lost";
    SeveralRules "T906" Error "several rules where one is taken";

    DocumentUnreadable "V001" Error "document that is not YAML or JSON";
    DocumentShape "V002" Error "entry of another type";
    UnknownEntry "V003" Error "key that does not exist";
    MissingEntry "V004" Error "key that is missing";
    BadEntry "V005" Error "value that cannot be read";
    RepeatedEntry "V006" Error "key that is there twice";

    DurationOutOfRange "V101" Error "session that is too short or too long";
    BadCap "V102" Error "cap that lets nothing through";
    KeptTooLong "V103" Error "captures that are to be kept for too long";
    UnknownTarget "V104" Error "target that is no node of the fleet";
    NoTarget "V105" Error "session without a node";
    TwoFilters "V106" Error "Route and Service in one basic rule";
    SeveralSessionRules "V107" Error "several rules in one session";
    AlreadyLimited "V108" Warning "condition that the basic rule makes already";
    RulesExclude "V109" Error "basic and advanced rule that exclude each other";
    MatchesNothing "V110" Error "session that can capture nothing";
    NotCaptured "V111" Warning "field that this session does not capture";
    RecordsEverything "V112" Warning "long session that can drop nothing early";

    NodeKind "V201" Error "node that has no debug sessions";
    NodeTooOld "V202" Error "node that is too old for debug sessions";
    NodeSetting "V203" Error "node whose settings forbid debug sessions";
    CaptureTooNew "V204" Error "capture that a node does not have";
    FieldTooNew "V205" Error "field that a node does not have";
    MachineTooOld "V206" Error "operator or bytecode that a node does not have";
    NodeRefuses "V207" Error "program that a node does not load";

    UnknownEntity "V301" Warning "id or name that names nothing";
    NoAuthentication "V302" Warning "Consumer where nobody is authenticated";

    CapSoonReached "V401" Warning "cap that is reached almost at once";
    NothingRecorded "V402" Warning "rule that no recorded request matches";
    BadRecording "V403" Warning "recording that cannot be read as a whole";
}

impl Code {
    /// Codes that were in use once and are never given again.
    pub const RETIRED: &'static [&'static str] = &["T215"];

    /// How early a mistake of this kind is found, the smallest first: text, syntax, names, types, meaning, the gateway.
    ///
    /// What is found earlier hides what would be found later at the same place.
    #[must_use]
    pub fn stage(self) -> u8 {
        match self.as_str().as_bytes() {
            // The text between the items of a file is not looked at.
            b"T505" => 0,
            [b'T', b'0', ..] => 1,
            [b'T', b'1', ..] => 2,
            [b'T', b'3' | b'5', ..] => 3,
            [b'T', b'2', ..] => 4,
            _ => 5,
        }
    }

    /// What `tamis explain` prints, and the test of the code.
    #[must_use]
    pub fn page_path(self) -> String {
        format!("corpus/diagnostics/{self}.md")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCode;

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a diagnostic code; codes look like `T301`")
    }
}

impl std::error::Error for UnknownCode {}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|code| code.as_str().eq_ignore_ascii_case(text));
        found.copied().ok_or(UnknownCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_ascending_and_not_retired() {
        let texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(texts.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(texts.iter().all(|text| !Code::RETIRED.contains(text)));
    }

    #[test]
    fn codes_read_back() {
        assert!(Code::ALL.iter().all(|code| code.as_str().parse() == Ok(*code)));
        assert_eq!("t301".parse(), Ok(Code::UnknownField));
    }
}
