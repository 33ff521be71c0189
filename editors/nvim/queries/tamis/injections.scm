; A copy of `grammar/tree-sitter-tamis/queries/injections.scm` by `cargo xtask codegen`; changes here are lost.
; Texts of other languages within rules.
((comment) @injection.content
  (#set! injection.language "comment"))

((comparison
  operator: ["~" "!~"]
  right: (string (string_content) @injection.content))
  (#set! injection.language "regex"))

((comparison
  operator: ["~" "!~"]
  right: (raw_string) @injection.content)
  (#offset! @injection.content 0 2 0 -1)
  (#set! injection.language "regex"))
