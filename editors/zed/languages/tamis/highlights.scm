; A copy of `grammar/tree-sitter-tamis/queries/highlights.scm` by `cargo xtask codegen`; changes here are lost.
; Colours. The names of captures are those of Neovim; later patterns win.

(comment) @comment

(name) @variable.member
(key (string) @string.special.key)
(variable) @variable.parameter
(label (name) @variable.parameter)
(label ":" @punctuation.delimiter)

(let_item name: (name) @constant)
(rule_item name: (name) @function)
["let" "rule"] @keyword

(function) @function.call
((function) @function.builtin
  (#any-of? @function.builtin
    "exists" "count" "any" "all" "none" "sample" "lower" "upper" "len" "starts_with" "ends_with" "segment"
    "url_decode" "min" "max"))
(quantifier) @keyword.repeat
"in" @keyword.repeat

["and" "or" "not"] @keyword.operator
(operator_word) @keyword.operator
[
  "!" "&&" "||"
  "==" "!=" "<" "<=" ">" ">=" "^=" "=^" "~" "!~"
  "+" "-" "*" "/" "%" "??"
  "=" ".."
] @operator

["(" ")" "[" "]"] @punctuation.bracket
"," @punctuation.delimiter

[(string) (raw_string)] @string
(escape_sequence) @string.escape
(comparison operator: ["~" "!~"] right: [(string) (raw_string)] @string.regexp)
(boolean) @boolean
[(integer) (duration) (size) (probability)] @number
(float) @number.float
[(ip) (network)] @string.special
