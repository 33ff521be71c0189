; Colours, with the names that themes of Helix have; later patterns win.

(comment) @comment.line

(name) @variable.other.member
(variable) @variable.parameter
(label (name) @variable.parameter)

(let_item name: (name) @constant)
(rule_item name: (name) @function)
["let" "rule"] @keyword

(function) @function
((function) @function.builtin
  (#any-of? @function.builtin
    "exists" "count" "any" "all" "none" "sample" "lower" "upper" "len" "starts_with" "ends_with" "segment"
    "url_decode" "min" "max"))
(quantifier) @keyword.control.repeat
"in" @keyword.control.repeat

["and" "or" "not"] @keyword.operator
(operator_word) @keyword.operator
[
  "!" "&&" "||"
  "==" "!=" "<" "<=" ">" ">=" "^=" "=^" "~" "!~"
  "+" "-" "*" "/" "%" "??"
  "=" ".."
] @operator

["(" ")" "[" "]"] @punctuation.bracket
["," ":"] @punctuation.delimiter

[(string) (raw_string)] @string
(escape_sequence) @constant.character.escape
(comparison operator: ["~" "!~"] right: [(string) (raw_string)] @string.regexp)
(boolean) @constant.builtin.boolean
[(integer) (duration) (size) (probability)] @constant.numeric.integer
(float) @constant.numeric.float
[(ip) (network)] @string.special
